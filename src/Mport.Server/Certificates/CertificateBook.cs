using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mport.Server.Domains;

namespace Mport.Server.Certificates;

/// <summary>
/// The certificates by name, for the TLS handshake to choose from without a lock. Keys stay sealed, and what a handshake needs is made when the first one asks
/// for it and kept for a bounded number of names, so that ten thousand of them cost little.
/// </summary>
internal sealed class CertificateBook(CertificateSeal seal)
{
    /// <summary>Names whose handshakes are prepared at one time.</summary>
    public const int MostPrepared = 500;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Entry> _prepared = new();

    /// <summary>Names with a certificate.</summary>
    public int Count => _entries.Count;

    /// <summary>Handshakes that are prepared.</summary>
    public int Prepared => _prepared.Count;

    /// <summary>The name is served with this certificate from now on.</summary>
    public void Set(SealedCertificate certificate) => _entries[certificate.Name] = new Entry(certificate);

    /// <summary>The name has none any more.</summary>
    public void Remove(string name) => _entries.TryRemove(name, out _);

    /// <summary>The names that have one.</summary>
    public IReadOnlyCollection<string> Names => [.. _entries.Keys];

    /// <summary>Whether there is a certificate for a host.</summary>
    public bool Covers(string host) => FindEntry(host) is not null;

    /// <summary>What a handshake for a host is made with: the host's own certificate, or that of any label in its place. Null when there is none (SEC-102).</summary>
    /// <param name="host">The name that was asked for, lower-case.</param>
    public SslStreamCertificateContext? Find(string host) => FindEntry(host) is { } entry ? entry.Context ?? Prepare(entry) : null;

    private Entry? FindEntry(string host) =>
        _entries.TryGetValue(host, out var entry) || (host.Contains('.', StringComparison.Ordinal) && _entries.TryGetValue(CustomDomain.Covering(host)[^1], out entry)) ? entry : null;

    private SslStreamCertificateContext? Prepare(Entry entry)
    {
        lock (entry)
        {
            if (entry.Context is not null || entry.IsUnusable)
            {
                return entry.Context;
            }

            entry.Context = Open(entry.Certificate);
            entry.IsUnusable = entry.Context is null;
        }

        _prepared.Enqueue(entry);

        // The oldest go; handshakes that use one keep it.
        while (_prepared.Count > MostPrepared && _prepared.TryDequeue(out var oldest))
        {
            oldest.Context = null;
        }

        return entry.Context;
    }

    private SslStreamCertificateContext? Open(SealedCertificate certificate)
    {
        if (seal.Open(certificate.Key, certificate.Name) is not { } key)
        {
            return null;
        }

        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportPkcs8PrivateKey(key, out _);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate.Chain);
            using var leaf = chain[0];
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(leaf.CopyWithPrivateKey(ecdsa), chain, offline: true);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private sealed class Entry(SealedCertificate certificate)
    {
        private volatile SslStreamCertificateContext? _context;

        public SealedCertificate Certificate { get; } = certificate;

        public bool IsUnusable { get; set; }

        public SslStreamCertificateContext? Context
        {
            get => _context;
            set => _context = value;
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Data;

namespace Mport.Server.Hosting;

/// <summary>The certificate that the edge shows on its TLS port: the operator's, or one that the edge made for itself and clients pin.</summary>
internal sealed class EdgeCertificate : IDisposable
{
    private const string CertificateFileName = "edge.crt";
    private const string KeyFileName = "edge.key";

    private EdgeCertificate(X509Certificate2Collection chain, X509Certificate2 certificate, bool isSelfMade)
    {
        Chain = chain;
        Certificate = certificate;
        IsSelfMade = isSelfMade;
        Pin = CertificatePin.Of(certificate.RawDataMemory.Span);
    }

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What stands in the file after the certificate: its issuers, to be sent along.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>What clients compare.</summary>
    public CertificatePin Pin { get; }

    /// <summary>Whether the edge made it.</summary>
    public bool IsSelfMade { get; }

    /// <summary>Whether no authority stands behind it, so that a client needs the pin.</summary>
    public bool NeedsPin => Certificate.IssuerName.RawData.AsSpan().SequenceEqual(Certificate.SubjectName.RawData);

    /// <summary>Whether the edge has a certificate already, its own or a given one.</summary>
    public static bool Exists(EdgeSettings settings) => settings.CertificateFile is not null || File.Exists(PathOf(settings, CertificateFileName));

    /// <summary>Loads the certificate; makes one where none is given and none was made.</summary>
    /// <exception cref="EdgeStartException">A file is missing, is not PEM, is expired, does not fit the other, or the key may be read by others.</exception>
    public static async Task<EdgeCertificate> LoadOrCreateAsync(EdgeSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Exists(settings))
        {
            // The key first: a certificate without its key could never be used, and its pin would be lost with it.
            var (certificate, key) = SelfMadeCertificate.Create(settings.Domain, time);
            await EdgeFiles.WriteWholeAsync(PathOf(settings, KeyFileName), key, cancellationToken);
            await EdgeFiles.WriteWholeAsync(PathOf(settings, CertificateFileName), certificate, cancellationToken);
        }

        return Load(settings, time);
    }

    /// <summary>Loads the certificate that is given or was made.</summary>
    /// <exception cref="EdgeStartException">As for <see cref="LoadOrCreateAsync"/>.</exception>
    public static EdgeCertificate Load(EdgeSettings settings, TimeProvider time)
    {
        var certificateFile = settings.CertificateFile ?? PathOf(settings, CertificateFileName);
        var keyFile = settings.KeyFile ?? PathOf(settings, KeyFileName);
        try
        {
            if (EdgeFiles.IsOpenToOthers(keyFile))
            {
                throw Unusable($"{keyFile} may be read or written by others than its owner.");
            }

            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            if (chain.Count > 0)
            {
                chain.RemoveAt(0);
            }

            var certificate = WithUsableKey(X509Certificate2.CreateFromPemFile(certificateFile, keyFile));
            if (certificate.NotAfter.ToUniversalTime() <= time.GetUtcNow().UtcDateTime)
            {
                throw Unusable($"The certificate in {certificateFile} expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}.");
            }

            return new EdgeCertificate(chain, certificate, isSelfMade: settings.CertificateFile is null);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            throw Unusable($"{certificateFile} and {keyFile} are not a certificate and its key in PEM form: {broken.Message}", broken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"The certificate or its key cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var issuer in Chain)
        {
            issuer.Dispose();
        }
    }

    private static string PathOf(EdgeSettings settings, string file) => Path.Combine(settings.DataFolder, file);

    private static X509Certificate2 WithUsableKey(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        // Windows' TLS cannot use a key that exists only in memory; a round through PKCS#12 gives it a place.
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }

    private static EdgeStartException Unusable(string what, Exception? cause = null) => new(Failure.Of(EdgeErrors.CertificateUnusable, what), cause);
}

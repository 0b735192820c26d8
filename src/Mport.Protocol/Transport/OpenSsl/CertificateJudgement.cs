using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>Looks at the edge's certificate as SslStream does, name and chain to the system's authorities, and asks the client's decision (SEC-27).</summary>
internal static class CertificateJudgement
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // What the decision is told when nothing was looked at: it must not take silence for trust.
    private const SslPolicyErrors NotLookedAt = SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors;

    /// <summary>Whether the client accepts it.</summary>
    /// <param name="options">Whom the client wants to reach, and its decision.</param>
    /// <param name="certificates">The edge's own, then those of the authorities that it sent along.</param>
    public static bool Accepts(ClientTlsOptions options, IReadOnlyList<byte[]> certificates)
    {
        if (certificates.Count == 0 || Load(certificates[0]) is not { } own)
        {
            return options.Verify(options, null, null, NotLookedAt | SslPolicyErrors.RemoteCertificateNotAvailable);
        }

        using (own)
        {
            if (options.CertificateAlone)
            {
                return options.Verify(options, own, null, NotLookedAt);
            }

            using var chain = new X509Chain();
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
            foreach (var other in certificates.Skip(1).Select(Load).OfType<X509Certificate2>())
            {
                chain.ChainPolicy.ExtraStore.Add(other);
            }

            try
            {
                var errors = chain.Build(own) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
                errors |= IsFor(own, options.Host) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateNameMismatch;
                return options.Verify(options, own, chain, errors);
            }
            finally
            {
                foreach (var element in chain.ChainElements)
                {
                    element.Certificate.Dispose();
                }

                foreach (var other in chain.ChainPolicy.ExtraStore)
                {
                    other.Dispose();
                }
            }
        }
    }

    private static bool IsFor(X509Certificate2 certificate, string host)
    {
        try
        {
            return certificate.MatchesHostname(host);
        }
        catch (ArgumentException)
        {
            // The host is neither a name nor an address.
            return false;
        }
    }

    private static X509Certificate2? Load(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

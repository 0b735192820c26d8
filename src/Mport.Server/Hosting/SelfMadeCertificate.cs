using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mport.Server.Hosting;

/// <summary>Makes the certificate of an edge to which none is given: ECDSA on P-256, ten years, for the domain and its subdomains.</summary>
internal static class SelfMadeCertificate
{
    /// <summary>Years of validity. Clients pin it, so a shorter life would only break them; it is replaced by giving another.</summary>
    private const int Years = 10;

    /// <summary>The certificate and its key, each in PEM form.</summary>
    public static (byte[] Certificate, byte[] Key) Create(string domain, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={domain}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], false));
        request.CertificateExtensions.Add(NamesFor(domain));

        // A day back, for clients whose clocks are slow.
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        return (Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()), Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
    }

    private static X509Extension NamesFor(string domain)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(domain, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(domain);
            names.AddDnsName("*." + domain);
        }

        if (domain == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        return names.Build();
    }
}

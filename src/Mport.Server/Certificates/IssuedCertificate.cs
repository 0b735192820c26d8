using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mport.Server.Certificates.Acme;

namespace Mport.Server.Certificates;

/// <summary>A certificate with its chain and its key.</summary>
/// <param name="Chain">The certificates in PEM form, the name's own first.</param>
/// <param name="Key">The key, PKCS#8. Not to be written anywhere but sealed.</param>
/// <param name="NotBefore">From when it is good.</param>
/// <param name="NotAfter">Until when.</param>
internal sealed record IssuedCertificate(string Chain, byte[] Key, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Of what an authority sent for a key.</summary>
    /// <exception cref="AcmeException">It is not a chain, or is for another key.</exception>
    public static IssuedCertificate Of(string chain, ECDsa key)
    {
        try
        {
            var pkcs8 = key.ExportPkcs8PrivateKey();
            using var certificate = X509Certificate2.CreateFromPem(chain);
            using var certified = certificate.GetECDsaPublicKey();
            if (certified is null || !certified.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                throw new AcmeException("The authority's certificate is for another key.");
            }

            return new IssuedCertificate(chain, pkcs8, new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        }
        catch (CryptographicException broken)
        {
            throw new AcmeException($"The authority sent no certificate: {broken.Message}", inner: broken);
        }
    }
}

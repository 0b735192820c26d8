using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;

namespace Mport.Client.Dialing;

/// <summary>
/// Decides about the edge's certificate in one TLS handshake: the pin alone where there is one, else the system's authorities with name and expiry,
/// else (asked for by name) nothing. There is no way from one to the next (SEC-27).
/// </summary>
/// <param name="edge">Whom the client wants to reach.</param>
/// <param name="pin">The pinned certificate, or null.</param>
/// <param name="insecure">Accept any certificate; a pin holds all the same.</param>
public sealed class CertificateCheck(EdgeAddress edge, CertificatePin? pin, bool insecure)
{
    /// <summary>Why the certificate was not accepted, or null.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The decision looks at the certificate alone: neither at its name nor at who has signed it.</summary>
    public bool CertificateAlone => pin is not null || insecure;

    /// <summary>The decision, for the TLS handshake.</summary>
    public bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            Failure = Failure.Of(ConnectionErrors.CertificateUntrusted, $"{edge} showed no certificate.");
            return false;
        }

        var shown = CertificatePin.Of(certificate.GetRawCertData());
        Failure = pin is { } pinned
            ? shown == pinned ? null : Failure.Of(ConnectionErrors.PinMismatch, $"{edge} showed the certificate {shown}; pinned is {pinned}.")
            : insecure || errors == SslPolicyErrors.None ? null : Untrusted(shown, chain, errors);
        return Failure is null;
    }

    private Failure Untrusted(CertificatePin shown, X509Chain? chain, SslPolicyErrors errors)
    {
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add($"it is for another name than {edge.Host}");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var states = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            var outdated = states.HasFlag(X509ChainStatusFlags.NotTimeValid);
            if (outdated)
            {
                reasons.Add("it has expired or is not valid yet");
            }

            if (!outdated || (states & ~X509ChainStatusFlags.NotTimeValid) != X509ChainStatusFlags.NoError)
            {
                reasons.Add("it is not from an authority that this machine trusts");
            }
        }

        return new Failure(
            ConnectionErrors.CertificateUntrusted.Code,
            $"The certificate of {edge} cannot be verified: {string.Join(", and ", reasons)}. If the pin that the edge printed at its first start is {shown}, "
            + $"run `mport login {edge} --pin {shown}`; else do not go on.");
    }
}

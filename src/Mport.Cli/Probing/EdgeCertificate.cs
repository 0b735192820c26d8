using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mport.Cli.Configuration;
using Mport.Client;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;

namespace Mport.Cli.Probing;

/// <summary>The certificate that an edge showed, and what the system thinks of it.</summary>
internal sealed record EdgeCertificate
{
    /// <summary>Its pin; null when none was shown.</summary>
    public CertificatePin? Pin { get; init; }

    /// <summary>Until when it is valid, UTC.</summary>
    public DateTime NotAfter { get; init; }

    /// <summary>What the system's authorities find wrong with it.</summary>
    public SslPolicyErrors Problems { get; init; }

    public static EdgeCertificate Of(X509Certificate? certificate, SslPolicyErrors problems)
    {
        if (certificate is null)
        {
            return new EdgeCertificate { Problems = SslPolicyErrors.RemoteCertificateNotAvailable };
        }

        using var parsed = new X509Certificate2(certificate);
        return new EdgeCertificate { Pin = CertificatePin.Of(parsed.RawDataMemory.Span), NotAfter = parsed.NotAfter.ToUniversalTime(), Problems = problems };
    }

    /// <summary>Why it is not trusted under these settings, or null when it is.</summary>
    public Failure? Distrust(EdgeAddress edge, EdgeSettings settings) => settings switch
    {
        { Insecure: true } => null,
        { Pin: { } pin } => Pin == pin ? null : Failure.Of(ConnectionErrors.PinMismatch, $"{edge} shows the certificate {Pin}, but {pin} is pinned."),
        _ => Problems == SslPolicyErrors.None ? null : Failure.Of(ConnectionErrors.CertificateUntrusted, $"The certificate of {edge} cannot be verified: {Problem()}. Its pin is {Pin}."),
    };

    /// <summary>What is said of a trusted one.</summary>
    public ProbeStep Step(EdgeSettings settings) => settings switch
    {
        { Insecure: true } => ProbeStep.Warn("certificate", $"not checked (--insecure); its pin is {Pin}"),
        { Pin: not null } => ProbeStep.Ok("certificate", $"is the pinned one, {Pin}"),
        _ => ProbeStep.Ok("certificate", string.Create(CultureInfo.InvariantCulture, $"verified by the system's authorities, until {NotAfter:yyyy-MM-dd}")),
    };

    private string Problem() => Problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
        ? "it is for another name"
        : Problems.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "none was shown" : "it is not from a trusted authority, or is expired";
}

namespace Mport.Protocol.Errors;

/// <summary>Certificates of authorities: 163x.</summary>
public static class CertificateErrors
{
    /// <summary>The authority gave no certificate.</summary>
    public static ErrorDescription OrderFailed { get; } = new()
    {
        Code = new(1630),
        Title = "There is no certificate for the name",
        Why = "The certificate authority could not be reached, did not find that the name leads to this edge, or refused for a reason of its own. A certificate that there is goes on being served.",
        Fix = "Let the name lead to this edge, and make the edge reachable where the authority looks: port 80 for http-01, port 443 for tls-alpn-01. The edge tries again by itself, at growing intervals.",
    };

    internal static ErrorDescription[] All { get; } = [OrderFailed];
}

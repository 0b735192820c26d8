using Mport.Server.Accounts;

namespace Mport.Server.Certificates.Acme;

/// <summary>How the edge gets certificates from an authority (RFC 8555).</summary>
internal sealed record AcmeOptions
{
    /// <summary>The authority's directory.</summary>
    public required Uri Directory { get; init; }

    /// <summary>Where the authority writes to; null for nowhere.</summary>
    public EmailAddress? Contact { get; init; }

    /// <summary>Authorities that vouch for the directory's own server, in PEM form, beside the machine's; null for none.</summary>
    public string? CaFile { get; init; }

    /// <summary>How the edge shows that a name leads to it.</summary>
    public AcmeChallengeKind Challenge { get; init; } = AcmeChallengeKind.Http01;

    /// <summary>The program that sets and removes TXT records, for dns-01.</summary>
    public string? DnsHook { get; init; }
}

/// <summary>The ways of showing that a name is one's own.</summary>
internal enum AcmeChallengeKind
{
    /// <summary>A page at the name's HTTP port 80 (RFC 8555, 8.3).</summary>
    Http01,

    /// <summary>A certificate at the name's TLS port 443 (RFC 8737).</summary>
    TlsAlpn01,

    /// <summary>A TXT record (RFC 8555, 8.4); the only one that wildcards can have.</summary>
    Dns01,
}

/// <summary>The authorities' words for the ways.</summary>
internal static class AcmeChallengeKinds
{
    /// <summary><c>http-01</c>, <c>tls-alpn-01</c> or <c>dns-01</c>.</summary>
    public static string ToText(this AcmeChallengeKind kind) => kind switch
    {
        AcmeChallengeKind.TlsAlpn01 => "tls-alpn-01",
        AcmeChallengeKind.Dns01 => "dns-01",
        _ => "http-01",
    };

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static AcmeChallengeKind? Parse(string text) => text switch
    {
        "http-01" => AcmeChallengeKind.Http01,
        "tls-alpn-01" => AcmeChallengeKind.TlsAlpn01,
        "dns-01" => AcmeChallengeKind.Dns01,
        _ => null,
    };
}

using System.Collections.Frozen;

namespace Mport.Server.Accounts;

/// <summary>
/// Subdomains that nobody gets (SEC-44): the edge may need them itself, mail and certificate authorities trust them, or a visitor would take
/// them for the operator's own.
/// </summary>
internal static class ReservedNames
{
    private static readonly FrozenSet<string> _names = FrozenSet.Create(
        StringComparer.Ordinal,
        "www", "api", "admin", "mail", "smtp", "imap", "ns1", "ns2", "autodiscover", "wpad", "_acme-challenge", "_dmarc", "localhost",
        "dashboard", "status", "login", "auth", "oauth", "sso", "cdn", "static", "assets", "support", "billing", "abuse", "security", "root",
        "postmaster", "hostmaster", "webmaster");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<string> All => _names;

    /// <summary>Whether the name is one of them, in any case.</summary>
    public static bool Contains(string name) => _names.Contains(name.ToLowerInvariant());
}

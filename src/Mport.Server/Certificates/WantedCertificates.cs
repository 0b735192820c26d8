using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Certificates.Acme;
using Mport.Server.Domains;

namespace Mport.Server.Certificates;

/// <summary>The names that certificates are got for: the edge's own, and those that accounts have proven. No other name ever causes an order (SEC-103).</summary>
internal sealed class WantedCertificates(string domain, AcmeChallengeKind challenge, ProvenHosts proven)
{
    /// <summary>Completes when the names change.</summary>
    public Task NextChange => proven.NextChange;

    /// <summary>The names, each with the account that it is for; null for the edge's own.</summary>
    public IReadOnlyDictionary<string, UserId?> All()
    {
        var names = new Dictionary<string, UserId?>(StringComparer.Ordinal);
        foreach (var (name, owner) in proven.All())
        {
            if (CanHave(name))
            {
                names[name] = owner;
            }
        }

        foreach (var name in (string[])[domain, "*." + domain])
        {
            if (IsPublic(domain) && CanHave(name))
            {
                names[name] = null;
            }
        }

        return names;
    }

    /// <summary>Whether a host has a certificate or is to get one.</summary>
    public bool Covers(string host) =>
        IsPublic(domain) && (host == domain || host.EndsWith("." + domain, StringComparison.Ordinal)) ? host == domain || CanHave("*." + domain)
        : proven.Contains(host) && (CanHave(host) && proven.All().ContainsKey(host) || CanHave(CustomDomain.Covering(host)[^1]));

    // An authority asks for a TXT record before it vouches for all names below one.
    private bool CanHave(string name) => !CustomDomain.IsWildcard(name) || challenge == AcmeChallengeKind.Dns01;

    private static bool IsPublic(string name) => name.Contains('.', StringComparison.Ordinal) && !name.EndsWith(".localhost", StringComparison.Ordinal) && !IPAddress.TryParse(name, out _);
}

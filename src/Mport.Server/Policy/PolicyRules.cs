using System.Collections.Frozen;
using Mport.Server.Policy.Rules;

namespace Mport.Server.Policy;

/// <summary>The kinds of rule: each by the key that names it.</summary>
internal static class PolicyRules
{
    /// <summary>Reads the value of a kind's key; null after noting what is wrong with it.</summary>
    public static FrozenDictionary<string, Func<PolicyNode, PolicyReading, PolicyRule?>> Kinds { get; } =
        new Dictionary<string, Func<PolicyNode, PolicyReading, PolicyRule?>>(StringComparer.Ordinal)
        {
            ["allow"] = AllowRule.Read,
            ["basic_auth"] = BasicAuthRule.Read,
            ["bearer"] = BearerRule.Read,
            ["body_limit"] = BodyLimitRule.Read,
            ["compress"] = CompressRule.Read,
            ["host"] = HostRule.Read,
            ["https"] = HttpsRule.Read,
            ["ip"] = IpRule.Read,
            ["maintenance"] = MaintenanceRule.Read,
            ["methods"] = MethodsRule.Read,
            ["path"] = PathRule.Read,
            ["rate_limit"] = RateLimitRule.Read,
            ["redirect"] = RedirectRule.Read,
            ["request_headers"] = RequestHeadersRule.Read,
            ["respond"] = RespondRule.Read,
            ["response_headers"] = ResponseHeadersRule.Read,
        }.ToFrozenDictionary(StringComparer.Ordinal);
}

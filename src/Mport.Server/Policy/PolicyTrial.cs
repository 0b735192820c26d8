using System.Net;
using Mport.Protocol.Rest;
using Mport.Server.Edge.Http;

namespace Mport.Server.Policy;

/// <summary>Says what becomes of a request that is only described. Pure.</summary>
internal static class PolicyTrial
{
    private const int LongestTarget = 4096;
    private const int MostHeaders = 50;

    /// <summary>The request; null where the description is none.</summary>
    /// <param name="wanted">The description.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="caller">Whose address counts where it names none.</param>
    public static DescribedRequest? Describe(PolicyCheckRequest wanted, string target, IPAddress? caller)
    {
        IPAddress? address = null;
        if (target is not ['/', ..] || target.Length > LongestTarget || wanted.Headers?.Count > MostHeaders || !HostName.TryParse(wanted.Host ?? "localhost", out var host)
            || (wanted.Address is not null && !IPAddress.TryParse(wanted.Address, out address)))
        {
            return null;
        }

        var request = new DescribedRequest
        {
            Method = (wanted.Method ?? "GET").ToUpperInvariant(),
            Target = target,
            Path = PolicyPath.Of(PolicyPath.RawPathOf(target)),
            Host = host.Name,
            Address = PolicyRequest.Plain(address ?? caller),
            IsHttps = wanted.Https,
            HttpsOrigin = $"https://{host.Name}",
        };
        foreach (var header in wanted.Headers ?? [])
        {
            var colon = header.IndexOf(':');
            if (colon <= 0)
            {
                return null;
            }

            request.With(header[..colon].Trim(), header[(colon + 1)..].Trim());
        }

        return request;
    }

    /// <summary>What becomes of it.</summary>
    public static PolicyCheckResult Run(TunnelPolicy policy, DescribedRequest request)
    {
        var plan = policy.Decide(request);
        return new PolicyCheckResult
        {
            Valid = true,
            Count = policy.Rules.Count,
            Passed = plan.Answer is null,
            Status = plan.Answer?.Status,
            Code = plan.Answer?.Error?.Code.ToString(),
            Rule = plan.Decider is { } rule ? $"{rule.Position}, {rule.Kind}{(rule.Name is null ? "" : $" \"{rule.Name}\"")}" : null,
            Path = request.Path.Text,
            PathIsPlain = request.Path.IsPlain,
            Target = plan.Target,
        };
    }
}

using System.Net;
using System.Text.Json.Nodes;

namespace Mport.Server.Policy;

/// <summary>The rules in front of a tunnel, in order. Immutable; rules that count (rates, wrong passwords) keep their counts beside.</summary>
internal sealed class TunnelPolicy
{
    private readonly PolicyRule[] _rules;
    private readonly PolicyRule[] _network;

    /// <summary>Of rules in their order.</summary>
    public TunnelPolicy(IEnumerable<PolicyRule> rules)
    {
        _rules = [.. rules];
        _network = [.. _rules.Where(rule => rule.HoldsForConnections)];
    }

    /// <summary>The rules.</summary>
    public IReadOnlyList<PolicyRule> Rules => _rules;

    /// <summary>Two layers as one: the owner's rules come first. Null when there is no rule.</summary>
    public static TunnelPolicy? Join(TunnelPolicy? owner, TunnelPolicy? client) =>
        owner is null || owner._rules.Length == 0 ? client is { _rules.Length: > 0 } ? client : null
        : client is null || client._rules.Length == 0 ? owner
        : new TunnelPolicy([.. owner._rules, .. client._rules]);

    /// <summary>What becomes of a request.</summary>
    public PolicyPlan Decide(PolicyRequest request)
    {
        var plan = new PolicyPlan();
        foreach (var rule in _rules)
        {
            if ((plan.IsAllowed && rule.IsAccess) || !rule.Concerns(request))
            {
                continue;
            }

            if (rule.Apply(request, plan) is { } answer)
            {
                plan.Answer = answer;
                plan.Decider = rule;
                break;
            }
        }

        return plan;
    }

    /// <summary>Whether a TCP or UDP visitor of this address may come in.</summary>
    public bool Admits(IPAddress address)
    {
        foreach (var rule in _network)
        {
            if (!rule.Admits(address))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The rules as they may be stored: secrets hashed.</summary>
    public JsonArray ToStored() => [.. _rules.Select(rule => rule.Stored.DeepClone())];

    /// <summary>The rules as they may be shown: without secrets.</summary>
    public JsonArray ToShown() => [.. _rules.Select(rule => rule.ToShown())];
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;

namespace Mport.Server.Policy;

/// <summary>Reads the policies of tunnels, and says what is wrong with one in words for its user.</summary>
/// <param name="secrets">What secrets are compared with.</param>
/// <param name="time">The clock of rules that count.</param>
internal sealed class PolicyDesk(PolicySecrets secrets, TimeProvider time)
{
    private const string Place = "the policy";

    /// <summary>Reads what a client declares; one of the two is null, and both are where it declares nothing.</summary>
    public (DeclaredPolicy? Policy, Failure? Refused) Declare(JsonElement? json, TunnelProto proto)
    {
        if (json is not { } rules || rules.ValueKind == JsonValueKind.Null)
        {
            return (null, null);
        }

        var (policy, faults) = Read(rules, PolicyOrigin.Client);
        if (policy is null)
        {
            var more = faults.Count > 1 ? $" ({faults.Count - 1} more)" : "";
            return (null, Failure.Of(PolicyErrors.PolicyInvalid, $"In {Place}, {faults[0]}{more}"));
        }

        return Unfit(policy, proto) is { } unfit ? (null, Failure.Of(PolicyErrors.PolicyUnfit, unfit))
            : (new DeclaredPolicy(policy, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(rules.GetRawText())))), null);
    }

    /// <summary>Reads what is stored; null and no failure where nothing is. What cannot be read keeps the tunnel closed rather than open to all.</summary>
    public (TunnelPolicy? Policy, Failure? Refused) ReadStored(string? json, TunnelProto proto)
    {
        if (json is null)
        {
            return (null, null);
        }

        using var document = JsonDocument.Parse(json);
        var (policy, faults) = Read(document.RootElement.Clone(), PolicyOrigin.Store);
        return policy is null ? (null, Failure.Of(PolicyErrors.PolicyInvalid, $"In the rules that were set by the API, {faults[0]}"))
            : Unfit(policy, proto) is { } unfit ? (null, Failure.Of(PolicyErrors.PolicyUnfit, unfit))
            : (policy, null);
    }

    /// <summary>The key that shows a tunnel's owner which rule decided.</summary>
    public string TraceKeyOf(TunnelId tunnel) => secrets.TraceKeyOf(tunnel.Value);

    /// <summary>Reads a list of rules.</summary>
    public (TunnelPolicy? Policy, IReadOnlyList<PolicyFault> Faults) Read(JsonElement rules, PolicyOrigin origin) =>
        PolicyReader.Read(rules, new PolicyReading(origin, secrets, time));

    /// <summary>Why the rules cannot hold for tunnels of a kind, as a sentence; null when they can.</summary>
    public static string? Unfit(TunnelPolicy policy, TunnelProto proto) =>
        proto != TunnelProto.Http && policy.Rules.FirstOrDefault(rule => !rule.HoldsForConnections || rule.When is not null || rule.Except is not null) is { } rule
            ? $"Rule {rule.Position} of {Place} is of the kind {rule.Kind}{(rule.HoldsForConnections ? " with when or except" : "")}, and the tunnel is {proto.ToText()}."
            : null;
}

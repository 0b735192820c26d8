using System.Net;
using System.Text.Json.Nodes;

namespace Mport.Server.Policy;

/// <summary>
/// One rule of a policy, read once and used for many requests at a time. A further kind is a class of its own in <c>Rules</c> and a line in
/// <see cref="PolicyRules"/>.
/// </summary>
internal abstract class PolicyRule
{
    /// <summary>The key that names its kind.</summary>
    public abstract string Kind { get; }

    /// <summary>What it does, which decides how its conditions are read.</summary>
    public abstract RuleEffect Effect { get; }

    /// <summary>Whether it decides who may come in: an <c>allow</c> before it ends its say.</summary>
    public virtual bool IsAccess => false;

    /// <summary>Where it stands in its list, from 1 on.</summary>
    public int Position { get; private set; }

    /// <summary>Who set it: <c>owner</c> (by the API) or <c>client</c>.</summary>
    public string Layer { get; private set; } = "";

    /// <summary>What its user calls it.</summary>
    public string? Name { get; private set; }

    /// <summary>For which requests it is meant; null for all.</summary>
    public PolicyCondition? When { get; private set; }

    /// <summary>For which of these it is not; null for none.</summary>
    public PolicyCondition? Except { get; private set; }

    /// <summary>The rule's JSON as it may be stored: secrets hashed.</summary>
    public JsonObject Stored { get; private set; } = [];

    /// <summary>Whether a visitor of this address may connect at all; for rules that look at addresses alone, and so hold for TCP and UDP tunnels.</summary>
    public virtual bool Admits(IPAddress address) => true;

    /// <summary>Whether it means something where there are no requests, in TCP and UDP tunnels.</summary>
    public virtual bool HoldsForConnections => false;

    /// <summary>Looks at a request that it is meant for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="plan">What becomes of the request; the rule adds to it.</param>
    /// <returns>The answer that ends the request here; null to go on with the next rule.</returns>
    public abstract PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan);

    /// <summary>Whether it is meant for a request.</summary>
    public bool Concerns(PolicyRequest request) =>
        (When is null || When.Matches(request, Effect)) && (Except is null || !Except.Matches(request, Opposite(Effect)));

    /// <summary>The value of its kind's key with secrets hashed; null where the value has none.</summary>
    public virtual JsonNode? StoredValue() => null;

    /// <summary>The value of its kind's key without secrets; null where the value has none.</summary>
    public virtual JsonNode? ShownValue() => null;

    /// <summary>The rule's JSON as it may be shown.</summary>
    public JsonObject ToShown()
    {
        var shown = (JsonObject)Stored.DeepClone();
        if (ShownValue() is { } value)
        {
            shown[Kind] = value;
        }

        return shown;
    }

    /// <summary>The rule in a word or two, for traces: <c>client rule 2, basic_auth "office"</c>.</summary>
    public override string ToString() => $"{Layer} rule {Position}, {Kind}{(Name is null ? "" : $" \"{Name}\"")}";

    /// <summary>Completes a rule that was read.</summary>
    public PolicyRule Complete(int position, string layer, string? name, PolicyCondition? when, PolicyCondition? except, JsonObject source)
    {
        (Position, Layer, Name, When, Except) = (position, layer, name, when, except);
        if (StoredValue() is { } value)
        {
            source[Kind] = value;
        }

        Stored = source;
        return this;
    }

    private static RuleEffect Opposite(RuleEffect effect) => effect switch
    {
        RuleEffect.Guards => RuleEffect.Opens,
        RuleEffect.Opens => RuleEffect.Guards,
        _ => effect,
    };
}

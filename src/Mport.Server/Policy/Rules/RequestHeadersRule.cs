namespace Mport.Server.Policy.Rules;

/// <summary><c>request_headers</c>: sets, adds and removes headers on the way to the target.</summary>
internal sealed class RequestHeadersRule(HeaderChanges changes) : PolicyRule
{
    public override string Kind => "request_headers";

    public override RuleEffect Effect => RuleEffect.Changes;

    /// <summary>Reads the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading) => HeaderChanges.Read(node) is { } changes ? new RequestHeadersRule(changes) : null;

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        plan.ChangeRequest(changes);
        return null;
    }
}

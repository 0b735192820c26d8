namespace Mport.Server.Policy.Rules;

/// <summary><c>response_headers</c>: sets, adds and removes headers of the target's answer.</summary>
internal sealed class ResponseHeadersRule(HeaderChanges changes) : PolicyRule
{
    public override string Kind => "response_headers";

    public override RuleEffect Effect => RuleEffect.Changes;

    /// <summary>Reads the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading) => HeaderChanges.Read(node) is { } changes ? new ResponseHeadersRule(changes) : null;

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        plan.ChangeResponse(changes);
        return null;
    }
}

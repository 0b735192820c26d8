namespace Mport.Server.Policy.Rules;

/// <summary><c>allow</c>: whom it is meant for comes in, and the access rules behind it have no say: a public <c>/webhook</c> beside a password.</summary>
internal sealed class AllowRule : PolicyRule
{
    public override string Kind => "allow";

    public override RuleEffect Effect => RuleEffect.Opens;

    /// <summary>Reads <c>true</c>.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (node.Switch())
        {
            return new AllowRule();
        }

        node.Fault("It takes true.");
        return null;
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        plan.IsAllowed = true;
        plan.Decider ??= this;
        return null;
    }
}

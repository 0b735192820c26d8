namespace Mport.Server.Policy.Rules;

/// <summary><c>compress</c>: answers of compressible types go compressed to who takes that.</summary>
internal sealed class CompressRule(bool compresses) : PolicyRule
{
    public override string Kind => "compress";

    public override RuleEffect Effect => RuleEffect.Changes;

    /// <summary>Reads <c>true</c> or <c>false</c>; the latter takes an earlier rule back.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading) => new CompressRule(node.Switch());

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        plan.Compresses = compresses;
        return null;
    }
}

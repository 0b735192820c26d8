using Mport.Protocol.Errors;

namespace Mport.Server.Policy.Rules;

/// <summary><c>body_limit</c>: the most bytes that a request's body may have, whether it says its length or not. The lowest of several holds.</summary>
internal sealed class BodyLimitRule(long most) : PolicyRule
{
    public override string Kind => "body_limit";

    public override RuleEffect Effect => RuleEffect.Guards;

    /// <summary>What a visitor is told whose body is too large.</summary>
    public static PolicyAnswer TooLarge { get; } = new(StatusCodes.Status413PayloadTooLarge) { Error = PolicyErrors.BodyTooLarge };

    /// <summary>Reads a size.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading) => new BodyLimitRule(node.Size());

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        if (request.ContentLength > most)
        {
            return TooLarge;
        }

        plan.BodyLimit = Math.Min(most, plan.BodyLimit ?? long.MaxValue);
        return null;
    }
}

using Mport.Server.Edge.Http;

namespace Mport.Server.Policy.Rules;

/// <summary><c>host</c>: the Host header that the target gets, or <c>rewrite</c> for the target's own address. X-Forwarded-Host keeps the visitor's.</summary>
internal sealed class HostRule(string? host) : PolicyRule
{
    public override string Kind => "host";

    public override RuleEffect Effect => RuleEffect.Changes;

    /// <summary>Reads a host with an optional port, or <c>rewrite</c>.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (node.Text(longest: 260) is not { } text)
        {
            return null;
        }

        if (text == "rewrite")
        {
            return new HostRule(null);
        }

        if (HostName.TryParse(text, out _))
        {
            return new HostRule(text);
        }

        node.Fault("It must be a host such as app.local or app.local:3000, or the word rewrite for the target's own address.");
        return null;
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        plan.Host = host;
        plan.HostIsTarget = host is null;
        return null;
    }
}

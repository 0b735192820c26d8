using System.Net;
using Mport.Protocol.Errors;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Policy.Rules;

/// <summary><c>ip</c>: visitors from some networks alone, or from none of some. Who is in both is kept out.</summary>
internal sealed class IpRule : PolicyRule
{
    private static readonly string[] Keys = ["allow", "deny"];

    private readonly IpNetworks? _allow;
    private readonly IpNetworks? _deny;

    private IpRule(IpNetworks? allow, IpNetworks? deny) => (_allow, _deny) = (allow, deny);

    public override string Kind => "ip";

    public override RuleEffect Effect => RuleEffect.Guards;

    public override bool IsAccess => true;

    public override bool HoldsForConnections => true;

    /// <summary>Reads the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (!node.IsGroup(Keys))
        {
            return null;
        }

        if (node.IsEmptyGroup)
        {
            node.Fault("It needs allow or deny: a network such as 10.0.0.0/8, or a list of them.");
            return null;
        }

        return new IpRule(node.Get("allow")?.Networks(), node.Get("deny")?.Networks());
    }

    public override bool Admits(IPAddress address) => _deny?.Contains(address) != true && _allow?.Contains(address) != false;

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan) =>
        Admits(request.Address) ? null : new PolicyAnswer(StatusCodes.Status403Forbidden) { Error = PolicyErrors.AddressRefused };
}

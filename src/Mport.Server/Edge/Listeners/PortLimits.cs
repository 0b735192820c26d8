using Mport.Server.Edge.Proxies;
using Mport.Server.Limits;

namespace Mport.Server.Edge.Listeners;

/// <summary>What one of the edge's own ports takes at most.</summary>
/// <param name="Rate">Connections a second, all together.</param>
/// <param name="Rates">Connections a second of each address, over all ports.</param>
/// <param name="Http">Connections that Kestrel serves, over both ports.</param>
internal sealed record PortLimits(AcceptRate Rate, AcceptRates Rates, AddressPlaces Http)
{
    /// <summary>Reverse proxies: many visitors share their addresses, so the rate of one address is not for them.</summary>
    public IpNetworks Proxies { get; init; } = IpNetworks.None;
}

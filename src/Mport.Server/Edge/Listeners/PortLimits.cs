using Mport.Server.Limits;

namespace Mport.Server.Edge.Listeners;

/// <summary>What one of the edge's own ports takes at most.</summary>
/// <param name="Rate">Connections a second, all together.</param>
/// <param name="Rates">Connections a second of each address, over all ports.</param>
/// <param name="Http">Connections that Kestrel serves, over both ports.</param>
internal sealed record PortLimits(AcceptRate Rate, AcceptRates Rates, AddressPlaces Http);

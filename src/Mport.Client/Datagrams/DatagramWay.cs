using Mport.Protocol.Datagrams;

namespace Mport.Client.Datagrams;

/// <summary>Where a flow's answers go: a stream of the session that its visitor's datagrams came on last, and the visitor's number there.</summary>
/// <param name="Peer">The stream's numbers.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Visitor">The visitor as the stream calls it.</param>
internal sealed record DatagramWay(DatagramPeer Peer, DatagramStream Stream, DatagramVisitor Visitor);

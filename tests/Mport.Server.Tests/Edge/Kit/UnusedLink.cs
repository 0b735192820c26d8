using Mport.Protocol.Carriers;
using Mport.Protocol.Streams;
using Mport.Server.Edge.Proxies;
using Mport.Server.Tunnels;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>A link that is only looked at.</summary>
internal sealed class UnusedLink(string tunnelId) : TunnelLink
{
    public override string TunnelId => tunnelId;

    public override string Name => tunnelId;

    public override string AccountId => "usr_1";

    public override string? Target => null;

    public override CancellationToken Ended => CancellationToken.None;

    public override ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, ConnectionEnds? visitor, CancellationToken cancellationToken) => throw new NotSupportedException();
}

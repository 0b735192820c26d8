using System.Net.Sockets;
using Mport.Protocol.Relay;
using Mport.Testing;

namespace Mport.Protocol.Tests.Relay;

/// <summary>The whole way of a visitor: socket, relay, stream, relay, socket, with the test at both ends.</summary>
internal sealed class RelayedWay : IAsyncDisposable
{
    private readonly bool _ownsPair;

    private RelayedWay(CarrierPair pair, bool ownsPair, Socket visitor, Socket target)
    {
        Pair = pair;
        _ownsPair = ownsPair;
        Visitor = visitor;
        Target = target;
    }

    public CarrierPair Pair { get; }

    public Socket Visitor { get; }

    public Socket Target { get; }

    public required ByteCount EdgeCount { get; init; }

    public required Task<RelayResult> AtEdge { get; init; }

    public required Task<RelayResult> AtClient { get; init; }

    public static async Task<RelayedWay> CreateAsync(CarrierPair? shared = null, TimeProvider? time = null)
    {
        var pair = shared ?? await CarrierPair.CreateAsync();
        var (atEdge, atClient) = await pair.OpenAsync();
        var (visitor, accepted) = await LoopbackPair.CreateAsync();
        var (dialled, target) = await LoopbackPair.CreateAsync();
        var count = new ByteCount();
        return new RelayedWay(pair, shared is null, visitor, target)
        {
            EdgeCount = count,
            AtEdge = SocketRelay.RunAsync(accepted, atEdge, new RelayOptions { Count = count }, time ?? TimeProvider.System),
            AtClient = SocketRelay.RunAsync(dialled, atClient, new RelayOptions { Count = new ByteCount() }, TimeProvider.System),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Visitor.Dispose();
        Target.Dispose();
        if (_ownsPair)
        {
            await Pair.DisposeAsync();
        }
    }
}

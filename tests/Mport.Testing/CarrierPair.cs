using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Testing;

/// <summary>Two running carriers that are joined over loopback sockets without TLS.</summary>
public sealed class CarrierPair : IAsyncDisposable
{
    private CarrierPair(Carrier client, Carrier edge)
    {
        Client = client;
        Edge = edge;
        ClientRun = client.RunAsync(CancellationToken.None);
        EdgeRun = edge.RunAsync(CancellationToken.None);
    }

    /// <summary>The side that dialled.</summary>
    public Carrier Client { get; }

    /// <summary>The side that accepted.</summary>
    public Carrier Edge { get; }

    /// <summary>The client's run.</summary>
    public Task<Failure> ClientRun { get; }

    /// <summary>The edge's run.</summary>
    public Task<Failure> EdgeRun { get; }

    /// <summary>Makes a pair.</summary>
    public static async Task<CarrierPair> CreateAsync(CarrierOptions? client = null, CarrierOptions? edge = null, MemoryBudget? budget = null)
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        budget ??= new MemoryBudget(256 * 1024 * 1024);
        return new CarrierPair(
            new Carrier(Transport(dialled), CarrierRole.Client, client ?? new CarrierOptions(), budget, TimeProvider.System),
            new Carrier(Transport(accepted), CarrierRole.Edge, edge ?? new CarrierOptions(), budget, TimeProvider.System));
    }

    /// <summary>Opens a stream at the edge and gives both ends; the client's end has read the first byte.</summary>
    public async Task<(CarrierStream AtEdge, CarrierStream AtClient)> OpenAsync()
    {
        var atEdge = await Edge.OpenStreamAsync(new byte[] { 1 }, CancellationToken.None).Limited("a stream to open");
        var atClient = await Client.AcceptStreamAsync(CancellationToken.None).Limited("the opened stream at the other end");
        await atClient!.ReadAsync(new byte[1], CancellationToken.None).Limited("the first byte");
        return (atEdge, atClient);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().Limited("the client's side to stop");
        await Edge.DisposeAsync().Limited("the edge's side to stop");
    }

    private static StreamTransport Transport(Socket socket) => new(new NetworkStream(socket, ownsSocket: true));
}

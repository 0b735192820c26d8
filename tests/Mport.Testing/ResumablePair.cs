using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;

namespace Mport.Testing;

/// <summary>Two running carriers that agreed to resume, over loopback sockets without TLS; the test cuts their connection and joins them again.</summary>
public sealed class ResumablePair : IAsyncDisposable
{
    private ResumablePair(ResumableTransport client, ResumableTransport edge, CarrierOptions carrier, TimeProvider time)
    {
        ClientTransport = client;
        EdgeTransport = edge;
        var budget = new MemoryBudget(256 * 1024 * 1024);
        Client = new Carrier(client, CarrierRole.Client, carrier, budget, time);
        Edge = new Carrier(edge, CarrierRole.Edge, carrier, budget, time);
        ClientRun = Client.RunAsync(CancellationToken.None);
        EdgeRun = Edge.RunAsync(CancellationToken.None);
    }

    /// <summary>The side that dialled.</summary>
    public Carrier Client { get; }

    /// <summary>The side that accepted.</summary>
    public Carrier Edge { get; }

    /// <summary>Below the client's carrier.</summary>
    public ResumableTransport ClientTransport { get; }

    /// <summary>Below the edge's carrier.</summary>
    public ResumableTransport EdgeTransport { get; }

    /// <summary>The client's run.</summary>
    public Task<Failure> ClientRun { get; }

    /// <summary>The edge's run.</summary>
    public Task<Failure> EdgeRun { get; }

    /// <summary>Makes a pair.</summary>
    /// <param name="options">Limits of both sides' transports.</param>
    /// <param name="client">Stands between the client's transport and its socket.</param>
    /// <param name="carrier">Limits of both carriers.</param>
    /// <param name="time">The clock of all.</param>
    public static async Task<ResumablePair> CreateAsync(
        ResumeOptions? options = null, Func<ICarrierTransport, ICarrierTransport>? client = null, CarrierOptions? carrier = null, TimeProvider? time = null)
    {
        var (atClient, atEdge) = await JoinAsync(client);
        options ??= new ResumeOptions();
        time ??= TimeProvider.System;
        return new ResumablePair(
            new ResumableTransport(atClient, options, options.Window, time), new ResumableTransport(atEdge, options, options.Window, time), carrier ?? new CarrierOptions(), time);
    }

    /// <summary>Opens a stream at the edge and gives both ends; the client's end has read the first byte.</summary>
    public async Task<(CarrierStream AtEdge, CarrierStream AtClient)> OpenAsync()
    {
        var atEdge = await Edge.OpenStreamAsync(new byte[] { 1 }, CancellationToken.None).Limited("a stream to open");
        var atClient = await Client.AcceptStreamAsync(CancellationToken.None).Limited("the opened stream at the other end");
        await atClient!.ReadAsync(new byte[1], CancellationToken.None).Limited("the first byte");
        return (atEdge, atClient);
    }

    /// <summary>Loses the connection on both sides.</summary>
    public void Cut()
    {
        var why = Failure.Of(ConnectionErrors.ConnectionLost, "The test cut the connection.", retry: true);
        ClientTransport.Suspend(why);
        EdgeTransport.Suspend(why);
    }

    /// <summary>Joins the sides over a new connection, as a re-dial does: both stop listening to the old one, say what they received, and go on from there.</summary>
    /// <param name="client">Stands between the client's transport and its socket.</param>
    public async Task RejoinAsync(Func<ICarrierTransport, ICarrierTransport>? client = null)
    {
        var (atClient, atEdge) = await JoinAsync(client);
        Cut();
        var (clientReceived, edgeReceived) = (ClientTransport.Received, EdgeTransport.Received);
        if (!EdgeTransport.TryResume(atEdge, clientReceived, out var refusal) || !ClientTransport.TryResume(atClient, edgeReceived, out refusal))
        {
            throw new InvalidOperationException($"The sides do not go together: {refusal}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().Limited("the client's side to stop");
        await Edge.DisposeAsync().Limited("the edge's side to stop");
    }

    private static async Task<(ICarrierTransport Client, ICarrierTransport Edge)> JoinAsync(Func<ICarrierTransport, ICarrierTransport>? client)
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var atClient = Transport(dialled);
        return (client?.Invoke(atClient) ?? atClient, Transport(accepted));
    }

    private static StreamTransport Transport(Socket socket) => new(new NetworkStream(socket, ownsSocket: true));
}

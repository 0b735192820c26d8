using System.Net;
using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;
using Mport.Protocol.Streams;
using Mport.Server.Edge.Proxies;
using Mport.Server.Tunnels;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>A tunnel's link whose client is in this process: two carriers over loopback, and a client that dials a port of 127.0.0.1.</summary>
internal sealed class LoopbackTunnel : TunnelLink, IAsyncDisposable
{
    private static int _lastId;
    private readonly CancellationTokenSource _ended = new();
    private readonly CarrierPair _carriers;
    private readonly int _targetPort;
    private readonly Task _client;
    private int _opened;

    private LoopbackTunnel(CarrierPair carriers, int targetPort)
    {
        _carriers = carriers;
        _targetPort = targetPort;
        TunnelId = $"tun_{Interlocked.Increment(ref _lastId)}";
        _client = RunClientAsync();
    }

    public override string TunnelId { get; }

    public override string Name => "test";

    public override string AccountId => "usr_test";

    public override string? Target => $"127.0.0.1:{_targetPort}";

    public override CancellationToken Ended => _ended.Token;

    /// <summary>Streams opened so far.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>What the client answers instead of dialling; null to dial.</summary>
    public StreamAnswer? Refusal { get; set; }

    public static async Task<LoopbackTunnel> StartAsync(int targetPort) => new(await CarrierPair.CreateAsync(), targetPort);

    public override ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, ConnectionEnds? visitor, CancellationToken cancellationToken)
    {
        if (_ended.IsCancellationRequested)
        {
            throw new StreamException(ProtocolErrors.SessionClosed, "The session has ended.");
        }

        Interlocked.Increment(ref _opened);
        return _carriers.Edge.OpenStreamAsync(new StreamPrelude { Kind = kind, Tunnel = 1, Visitor = visitor?.Remote, Public = visitor?.Public }.ToBytes(), cancellationToken);
    }

    /// <summary>The link is no longer in force; streams in flight go on.</summary>
    public void End() => _ended.Cancel();

    /// <summary>The client is gone, with its streams.</summary>
    public async Task BreakAsync()
    {
        End();
        await _carriers.Edge.DisposeAsync().Limited("the edge's carrier to stop");
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await _carriers.DisposeAsync().Limited("the carriers to stop");
        await _client.Limited("the client of a tunnel to end");
        _ended.Dispose();
    }

    private async Task RunClientAsync()
    {
        var streams = new List<Task>();
        while (await _carriers.Client.AcceptStreamAsync(CancellationToken.None) is { } stream)
        {
            streams.RemoveAll(task => task.IsCompleted);
            streams.Add(ServeAsync(stream));
        }

        await Task.WhenAll(streams);
    }

    private async Task ServeAsync(CarrierStream stream)
    {
        try
        {
            var prelude = await StreamPrelude.ReadAsync(stream, CancellationToken.None);
            Assert.Equal(StreamKind.Http, prelude.Kind);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var answer = Refusal ?? await DialAsync(socket);
            await stream.WriteAsync(answer.ToBytes(), CancellationToken.None);
            if (answer.Status == StreamStatus.Connected)
            {
                await SocketRelay.RunAsync(socket, stream, new RelayOptions { Count = new ByteCount() }, TimeProvider.System);
            }
            else
            {
                socket.Dispose();
                stream.CompleteWrites();
            }
        }
        catch (StreamException)
        {
            // The edge has reset it.
        }
    }

    private async Task<StreamAnswer> DialAsync(Socket socket)
    {
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _targetPort);
            return StreamAnswer.Connected;
        }
        catch (SocketException)
        {
            return new StreamAnswer(StreamStatus.Refused, $"127.0.0.1:{_targetPort} refuses connections.");
        }
    }
}

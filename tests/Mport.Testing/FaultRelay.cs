using System.Net;
using System.Net.Sockets;

namespace Mport.Testing;

/// <summary>
/// A TCP relay on loopback that stands between two programs and breaks the network between them on demand. Settings hold for bytes that pass from
/// then on, on all connections.
/// </summary>
public sealed class FaultRelay : IAsyncDisposable
{
    private readonly int _port;
    private readonly TimeProvider _time;
    private readonly ScriptedServer _server;
    private readonly Lock _lock = new();
    private readonly HashSet<RelayedPair> _pairs = [];
    private TaskCompletionSource _passable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytesUntilCut = long.MaxValue;
    private volatile bool _refusing;

    /// <summary>Starts a relay to a port on 127.0.0.1.</summary>
    public FaultRelay(int port, TimeProvider time)
    {
        _port = port;
        _time = time;
        _passable.SetResult();
        _server = ScriptedServer.Start(RelayAsync);
    }

    /// <summary>The relay's own port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>Connections taken so far, refused ones too.</summary>
    public int Accepted => _server.Accepted;

    /// <summary>How long each chunk is held.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The rate of each direction of each connection; null is unlimited.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>The longest piece that is passed on in one write: 1 makes single bytes.</summary>
    public int SliceBytes { get; set; } = 65536;

    /// <summary>Keeps all sockets and passes nothing on, as a network that drops every packet.</summary>
    public void BlackHole()
    {
        lock (_lock)
        {
            if (_passable.Task.IsCompleted)
            {
                _passable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>The network is back: what was held goes on, and new connections are taken.</summary>
    public void Restore()
    {
        _refusing = false;
        lock (_lock)
        {
            _passable.TrySetResult();
        }
    }

    /// <summary>Resets new connections at once, as a host that is down behind a live router.</summary>
    public void Refuse() => _refusing = true;

    /// <summary>Resets every connection, both ends.</summary>
    public void Cut() => ForEach(pair => pair.Reset());

    /// <summary>Resets the connection on which this many further bytes have passed, counted over all.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _bytesUntilCut, bytes);

    /// <summary>Loses the dialling side without a word: its socket stays as it is, the other end's is reset.</summary>
    public void HalfOpen() => ForEach(pair => pair.ResetServerSide());

    /// <summary>Loses the accepting side without a word: its socket stays as it is, the dialling end's is reset.</summary>
    public void HalfOpenServer() => ForEach(pair => pair.ResetClientSide());

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Cut();
        Restore();
        await _server.DisposeAsync().Limited("the server to stop");
    }

    private void ForEach(Action<RelayedPair> act)
    {
        List<RelayedPair> pairs;
        lock (_lock)
        {
            pairs = [.. _pairs];
        }

        pairs.ForEach(act);
    }

    private async Task RelayAsync(Socket client, CancellationToken stop)
    {
        if (_refusing)
        {
            client.LingerState = new LingerOption(true, 0);
            return;
        }

        // A host behind a black hole does not answer: the connection is taken here, and nothing comes.
        await PassableAsync(stop);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, stop);
        }
        catch (SocketException)
        {
            client.LingerState = new LingerOption(true, 0);
            return;
        }

        var pair = new RelayedPair(client, server);
        lock (_lock)
        {
            _pairs.Add(pair);
        }

        try
        {
            await Task.WhenAll(PumpAsync(pair, client, server, stop), PumpAsync(pair, server, client, stop));
            await pair.Kept.WaitAsync(stop);
        }
        finally
        {
            lock (_lock)
            {
                _pairs.Remove(pair);
            }
        }
    }

    private async Task PumpAsync(RelayedPair pair, Socket from, Socket to, CancellationToken stop)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, stop) is > 0 and var read)
            {
                for (var start = 0; start < read;)
                {
                    var slice = buffer.AsMemory(start, Math.Min(SliceBytes, read - start));
                    await PassableAsync(stop);
                    await HoldAsync(slice.Length, stop);
                    await TargetServers.SendAllAsync(to, slice, stop);
                    start += slice.Length;
                    if (Interlocked.Add(ref _bytesUntilCut, -slice.Length) <= 0)
                    {
                        Interlocked.Exchange(ref _bytesUntilCut, long.MaxValue);
                        pair.Reset();
                        return;
                    }
                }
            }

            await PassableAsync(stop);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            pair.PassOnReset(from);
        }
    }

    private Task PassableAsync(CancellationToken stop)
    {
        lock (_lock)
        {
            return _passable.Task.WaitAsync(stop);
        }
    }

    private async Task HoldAsync(int bytes, CancellationToken stop)
    {
        var hold = Delay + TimeSpan.FromSeconds(BytesPerSecond is { } rate ? (double)bytes / rate : 0);
        if (hold > TimeSpan.Zero)
        {
            await Task.Delay(hold, _time, stop);
        }
    }
}

using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Databases;

/// <summary>A visitor of a tunnel whose target echoes: it sends at a known rate and reads all that comes back.</summary>
internal sealed class SteadyTransfer : IDisposable
{
    /// <summary>Bytes a second.</summary>
    public const int Rate = Piece * PiecesPerSecond;

    private const int Piece = 64 * 1024;
    private const int PiecesPerSecond = 32;

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _socket;
    private readonly Task _running;
    private long _exchanged;

    private SteadyTransfer(Socket socket)
    {
        _socket = socket;
        _running = RunAsync();
    }

    /// <summary>Bytes that went there and came back, so far.</summary>
    public long Exchanged => Interlocked.Read(ref _exchanged);

    /// <summary>Begins.</summary>
    public static async Task<SteadyTransfer> StartAsync(Uri url) => new(await Visitor.ConnectAsync(url));

    /// <summary>Waits until so many more bytes have come back; fails as soon as the transfer does.</summary>
    public async Task GoesOnAsync(long bytes)
    {
        var goal = Exchanged + bytes;
        await Within.UntilAsync(() => Exchanged >= goal || _running.IsCompleted, "the transfer to go on");
        Assert.False(_running.IsFaulted, $"The transfer ended: {_running.Exception?.InnerException}");
    }

    /// <summary>Ends in order and gives the bytes that went each way.</summary>
    public async Task<long> EndAsync()
    {
        await _stop.CancelAsync();
        await _running.Limited("the transfer to end");
        return Exchanged;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var piece = new byte[Piece];
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PiecesPerSecond), TimeProvider.System);
        while (!_stop.IsCancellationRequested)
        {
            await beat.WaitForNextTickAsync();
            await TargetServers.SendAllAsync(_socket, piece, CancellationToken.None);
            await Visitor.ReadAsync(_socket, piece.Length);
            Interlocked.Add(ref _exchanged, piece.Length);
        }

        _socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await _socket.ReceiveAsync(piece).Limited("the end of the echo"));
    }
}

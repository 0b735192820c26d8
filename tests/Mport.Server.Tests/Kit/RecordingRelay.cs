using System.Net;
using System.Net.Sockets;
using Mport.Testing;

namespace Mport.Server.Tests.Kit;

/// <summary>Passes one connection on, and keeps what its client sent.</summary>
internal sealed class RecordingRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _running;

    private RecordingRelay(IPEndPoint to, MemoryStream recorded)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _running = RunAsync(to, recorded);
    }

    public IPEndPoint EndPoint => (IPEndPoint?)_listener.LocalEndPoint ?? throw new InvalidOperationException("The relay does not listen.");

    public static RecordingRelay Start(IPEndPoint to, MemoryStream recorded) => new(to, recorded);

    public async ValueTask DisposeAsync()
    {
        await _running.Limited("the recorded connection to end");
        _listener.Dispose();
    }

    private async Task RunAsync(IPEndPoint to, MemoryStream recorded)
    {
        using var client = await _listener.AcceptAsync();
        using var edge = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await edge.ConnectAsync(to);
        await Task.WhenAny(PassAsync(client, edge, recorded), PassAsync(edge, client, null));
    }

    private static async Task PassAsync(Socket from, Socket to, MemoryStream? recorded)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                recorded?.Write(buffer, 0, count);
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // One end is gone.
        }
    }
}

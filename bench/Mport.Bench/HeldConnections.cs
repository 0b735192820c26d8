using System.Net;
using System.Net.Sockets;

namespace Mport.Bench;

/// <summary>Many connections that stand idle while somebody measures.</summary>
internal static class HeldConnections
{
    // Opened a few at a time: what is measured is memory at rest, not the accept rate.
    private const int AtOnce = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Opens them through to the echo sink, prints <c>ready</c>, and closes them when standard input ends.</summary>
    public static async Task<int> RunAsync(int port, int count)
    {
        using var limit = new CancellationTokenSource(Limit);
        var open = new List<Socket>(count);
        while (open.Count < count)
        {
            open.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, count - open.Count)).Select(_ => OpenAsync(port, limit.Token))));
        }

        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync(CancellationToken.None);
        open.ForEach(s => s.Dispose());
        return 0;
    }

    private static async Task<Socket> OpenAsync(int port, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var one = new byte[1];
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        await socket.SendAsync(one, stop);
        return await socket.ReceiveAsync(one, stop) == 1 ? socket : throw new IOException("the tunnel closed a connection that should stand idle");
    }
}

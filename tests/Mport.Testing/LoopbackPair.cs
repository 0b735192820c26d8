using System.Net;
using System.Net.Sockets;

namespace Mport.Testing;

/// <summary>Two sockets that are connected to each other over the loopback interface.</summary>
public static class LoopbackPair
{
    /// <summary>Makes a pair: the one that dialled, and the one that was accepted.</summary>
    public static async Task<(Socket Dialled, Socket Accepted)> CreateAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var dialled = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var accept = listener.AcceptAsync();
        await dialled.ConnectAsync(listener.LocalEndPoint ?? throw new InvalidOperationException("The listener has no address.")).Limited("a loopback connection");
        var accepted = await accept.Limited("the accepted end of a loopback connection");
        accepted.NoDelay = true;
        return (dialled, accepted);
    }
}

using System.Net;
using System.Net.Sockets;

namespace Mport.Bench.Processes;

/// <summary>Connections on the loopback interface.</summary>
internal static class Loopback
{
    /// <summary>Connects; from an address of its own where one is given.</summary>
    public static async Task<Socket> ConnectAsync(int port, CancellationToken stop, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody listens.</summary>
    public static async Task<bool> ListensAsync(int port, CancellationToken stop)
    {
        try
        {
            (await ConnectAsync(port, stop)).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

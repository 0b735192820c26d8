using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mport.EndToEnd.Tests.Udp;

/// <summary>A UDP service that sends each datagram back to where it came from.</summary>
internal sealed class UdpEcho : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Task _running;

    public UdpEcho()
    {
        _socket.ReceiveBufferSize = 4 * 1024 * 1024;
        _socket.SendBufferSize = 4 * 1024 * 1024;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _running = RunAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => (_socket.LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>How many sources it has heard.</summary>
    public int Sources { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        var sources = new HashSet<int>();
        var buffer = GC.AllocateUninitializedArray<byte>(65_536, pinned: true);
        var from = new SocketAddress(AddressFamily.InterNetwork);
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from);
                sources.Add(MemoryMarshal.Read<ushort>(from.Buffer.Span[2..]));
                Sources = sources.Count;
                await _socket.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, from);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Tunnels.Udp;

/// <summary>A public UDP port by what .NET offers on every system: a system call for each datagram, and answers from the address that routing chooses.</summary>
internal sealed class PortableUdpSocket : UdpSocket
{
    private readonly UInt128 _bound;

    /// <summary>Takes over a bound socket.</summary>
    public PortableUdpSocket(Socket socket)
        : base(socket)
    {
        socket.Blocking = false;
        _bound = UdpAddress.BitsOf(Bound.Address);
    }

    public override int Receive(UdpReceiveBatch batch)
    {
        var from = new SocketAddress(Socket.AddressFamily);
        var count = 0;
        try
        {
            while (count < UdpReceiveBatch.Capacity && Socket.Poll(0, SelectMode.SelectRead))
            {
                var slot = batch.Memory.AsSpan(count * UdpReceiveBatch.SlotBytes, UdpReceiveBatch.SlotBytes);
                var length = Socket.ReceiveFrom(slot, SocketFlags.None, from);
                batch.Set(count++, length, UdpAddress.Read(from.Buffer.Span, Socket.AddressFamily), _bound);
            }
        }
        catch (SocketException)
        {
            // An earlier answer was refused on its way (Windows tells so here), or the socket was closed: the next wait shows.
        }

        return count;
    }

    public override int Send(UdpSendBatch batch, int from, out SocketError error)
    {
        var to = new SocketAddress(Socket.AddressFamily);
        error = SocketError.Success;
        var index = from;
        try
        {
            for (; index < batch.Count; index++)
            {
                ref readonly var entry = ref batch[index];
                to.Size = entry.To.Write(to.Buffer.Span, Socket.AddressFamily);
                Socket.SendTo(batch.Memory.AsSpan(entry.Offset, entry.Length), SocketFlags.None, to);
            }
        }
        catch (SocketException failed)
        {
            error = failed.SocketErrorCode;
        }

        return index - from;
    }
}

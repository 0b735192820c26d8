using System.Net.Sockets;
using Mport.Protocol.Carriers;

namespace Mport.Protocol.Relay;

/// <summary>Sends straight from the carrier's read buffer into a socket, as much as the socket takes without waiting.</summary>
internal sealed class SocketSink(Socket socket, ByteCount count, RelayPace pace) : IReceiveSink
{
    public int Take(ReadOnlySpan<byte> bytes)
    {
        if (!pace.IsFree)
        {
            return 0;
        }

        try
        {
            // Step 7: from the carrier's buffer into the target's socket, in one call where the socket has room.
            // It does not block: a full one gives WouldBlock. Any error shows again in the relay's own send of the rest.
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            if (error != SocketError.Success)
            {
                return 0;
            }

            count.AddToSocket(sent);
            return sent;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }
}

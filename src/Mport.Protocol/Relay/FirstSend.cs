using System.Net.Sockets;
using Mport.Protocol.Carriers;

namespace Mport.Protocol.Relay;

/// <summary>Sends a preface into a socket, in one call with what the stream has brought already, so that the two share a segment.</summary>
internal static class FirstSend
{
    // One call; the rest of a large first message follows as usual.
    private const int MaxTogether = 4096;

    /// <summary>Sends both. It waits for no byte of the stream: the socket's side may be the one that speaks first.</summary>
    /// <exception cref="SocketException">The socket's side went away.</exception>
    public static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> preface, CarrierStream stream, ByteCount count)
    {
        var first = stream.Peek();
        first = first[..Math.Min(first.Length, Math.Max(0, MaxTogether - preface.Length))];
        var together = new byte[preface.Length + first.Length];
        preface.CopyTo(together);
        first.CopyTo(together.AsMemory(preface.Length));
        for (var sent = 0; sent < together.Length;)
        {
            sent += await socket.SendAsync(together.AsMemory(sent), SocketFlags.None, CancellationToken.None);
        }

        if (first.Length > 0)
        {
            // The preface is not the visitor's and is not counted.
            count.AddToSocket(first.Length);
            stream.Dequeue(first.Length);
        }
    }
}

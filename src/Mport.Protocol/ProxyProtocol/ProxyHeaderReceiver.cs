using System.Buffers;
using System.Net.Sockets;

namespace Mport.Protocol.ProxyProtocol;

/// <summary>Takes a PROXY protocol header from the front of a connection, and not a byte more: what follows is read by others, who may peek first.</summary>
public static class ProxyHeaderReceiver
{
    /// <summary>Waits for the header; null when the connection ended or what came is not one. The caller sets the time limit.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async ValueTask<ProxyHeader?> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        // Holds no buffer while the connection is silent.
        await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(ProxyHeaderReader.MaxBytes);
        try
        {
            for (var taken = 0; taken < ProxyHeaderReader.MaxBytes;)
            {
                var seen = await socket.ReceiveAsync(buffer.AsMemory(taken, ProxyHeaderReader.MaxBytes - taken), SocketFlags.Peek, cancellationToken);
                var result = ProxyHeaderReader.TryRead(buffer.AsSpan(0, taken + seen), out var header, out var length);
                if (seen == 0 || result == ProxyHeaderResult.Invalid)
                {
                    return null;
                }

                // Where the header is not complete, all that was seen belongs to it: taken now, the next peek waits for new bytes.
                var mine = result == ProxyHeaderResult.Complete ? length - taken : seen;
                for (var end = taken + mine; taken < end;)
                {
                    taken += await socket.ReceiveAsync(buffer.AsMemory(taken, end - taken), SocketFlags.None, cancellationToken);
                }

                if (result == ProxyHeaderResult.Complete)
                {
                    return header;
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

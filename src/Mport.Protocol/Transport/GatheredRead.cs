using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mport.Protocol.Transport;

/// <summary>Reading all that a transport has at hand.</summary>
internal static class GatheredRead
{
    // As much as one read of a TLS transport gives; with less room left, a read would take a record apart.
    private const int RecordBytes = 16 * 1024;

    /// <summary>Fills the buffer with what is there, at least one byte; 0 at the end. With an empty buffer it waits until there is something.</summary>
    /// <exception cref="IOException">The connection broke, and nothing came before.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<int> GatherAsync(this ICarrierTransport transport, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = await transport.ReadAsync(buffer, cancellationToken);
        while (filled > 0 && filled <= buffer.Length - RecordBytes && transport.HasBufferedInput)
        {
            try
            {
                var more = await transport.ReadAsync(buffer[filled..], cancellationToken);
                if (more == 0)
                {
                    break;
                }

                filled += more;
            }
            catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
            {
                // What came before may hold the reason; the next read meets the same end.
                break;
            }
        }

        return filled;
    }
}

using System.Buffers.Binary;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Streams;

/// <summary>A short block at the start of a stream: 2-byte big-endian length, then that many bytes.</summary>
internal static class LengthPrefixed
{
    /// <summary>Reads the block, and not a byte more.</summary>
    /// <exception cref="StreamException">The block is longer than allowed, or the stream ended.</exception>
    public static async ValueTask<byte[]> ReadAsync(CarrierStream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var header = new byte[2];
        await FillAsync(stream, header, cancellationToken);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header);
        if (length > maxBytes)
        {
            throw new StreamException(ProtocolErrors.ControlInvalid, $"A stream began with {length} bytes of header; {maxBytes} are allowed.");
        }

        var rest = new byte[length];
        await FillAsync(stream, rest, cancellationToken);
        return rest;
    }

    private static async ValueTask FillAsync(CarrierStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                throw new StreamException(ProtocolErrors.StreamReset, "The stream ended before its header was complete.");
            }

            filled += read;
        }
    }
}

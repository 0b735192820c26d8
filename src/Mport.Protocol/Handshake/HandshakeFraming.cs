using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Handshake;

/// <summary>A message before the frames begin: 4-byte big-endian length, then that many bytes of JSON.</summary>
internal static class HandshakeFraming
{
    /// <summary>The longest message: room for long feature lists, and all that an unknown caller can make the edge hold (SEC-20).</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Sends one message.</summary>
    public static ValueTask WriteAsync<T>(ICarrierTransport transport, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var framed = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, json.Length);
        json.CopyTo(framed, 4);
        return transport.WriteAsync(framed, cancellationToken);
    }

    /// <summary>Reads one message. Memory grows with what has come, never with what a length promises.</summary>
    /// <exception cref="ProtocolException">The length is out of range, the JSON is not of this type, or the connection ended early.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async ValueTask<T> ReadAsync<T>(ICarrierTransport transport, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var buffer = new byte[4];
        await FillAsync(transport, buffer, 0, 4, cancellationToken);
        var length = BinaryPrimitives.ReadUInt32BigEndian(buffer);
        if (length is 0 or > MaxBytes)
        {
            throw new ProtocolException(ProtocolErrors.MalformedHello, $"The greeting claims {length} bytes; 1 to {MaxBytes} are allowed.");
        }

        var json = new byte[Math.Min(length, 4096)];
        for (var filled = 0; filled < length;)
        {
            if (filled == json.Length)
            {
                Array.Resize(ref json, (int)Math.Min(length, json.Length * 2L));
            }

            var end = json.Length;
            await FillAsync(transport, json, filled, end, cancellationToken);
            filled = end;
        }

        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new ProtocolException(ProtocolErrors.MalformedHello, "The greeting is the JSON value null.");
        }
        catch (JsonException error)
        {
            throw new ProtocolException(ProtocolErrors.MalformedHello, $"The greeting is not valid at {error.Path ?? "its start"}.");
        }
    }

    private static async ValueTask FillAsync(ICarrierTransport transport, byte[] buffer, int start, int end, CancellationToken cancellationToken)
    {
        while (start < end)
        {
            var read = await transport.ReadAsync(buffer.AsMemory(start, end - start), cancellationToken);
            if (read == 0)
            {
                throw new ProtocolException(ProtocolErrors.MalformedHello, "The connection ended before the greeting was complete.");
            }

            start += read;
        }
    }
}

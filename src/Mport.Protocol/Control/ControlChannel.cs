using System.Buffers.Binary;
using System.Text.Json;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Control;

/// <summary>Sends and receives <see cref="ControlMessage"/>s on the control stream. One receiver at a time; senders from any thread.</summary>
public sealed class ControlChannel(CarrierStream stream) : IDisposable
{
    /// <summary>The longest message, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>Sends one message.</summary>
    /// <exception cref="StreamException">The session has ended.</exception>
    public async ValueTask SendAsync(ControlMessage message, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.ControlMessage);
        var framed = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, json.Length);
        json.CopyTo(framed, 4);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(framed, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next message, or null when the peer has ended the control stream. A type that this version does not know comes as the base type.</summary>
    /// <exception cref="StreamException">The session has ended.</exception>
    /// <exception cref="ProtocolException">What came is not a control message.</exception>
    public async ValueTask<ControlMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var header = new byte[4];
        if (!await TryFillAsync(header, cancellationToken))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (length is 0 or > MaxBytes)
        {
            throw new ProtocolException(ProtocolErrors.ControlInvalid, $"A control message claims {length} bytes; 1 to {MaxBytes} are allowed.");
        }

        var json = new byte[length];
        if (!await TryFillAsync(json, cancellationToken))
        {
            throw new ProtocolException(ProtocolErrors.ControlInvalid, "The control stream ended within a message.");
        }

        try
        {
            return JsonSerializer.Deserialize(json, ProtocolJson.Default.ControlMessage)
                ?? throw new ProtocolException(ProtocolErrors.ControlInvalid, "A control message is the JSON value null.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new ProtocolException(ProtocolErrors.ControlInvalid, "A control message is not valid JSON of its type.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _sending.Dispose();

    private async ValueTask<bool> TryFillAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                return filled == 0
                    ? false
                    : throw new ProtocolException(ProtocolErrors.ControlInvalid, "The control stream ended within a message.");
            }

            filled += read;
        }

        return true;
    }
}

using System.Buffers.Binary;
using System.Text;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Streams;

/// <summary>
/// What the client writes first on a visitor's stream, once the target has accepted or not: 2-byte length of the rest, status, text in UTF-8.
/// After <see cref="StreamStatus.Connected"/> the target's bytes follow; after any other the client ends the stream.
/// </summary>
/// <param name="Status">How it went.</param>
/// <param name="Text">For the tunnel's owner: which target, what happened. Empty when connected.</param>
public sealed record StreamAnswer(StreamStatus Status, string Text)
{
    private const int MaxTextBytes = 512;

    /// <summary>The target has accepted.</summary>
    public static StreamAnswer Connected { get; } = new(StreamStatus.Connected, "");

    /// <summary>Writes the answer; a text over 512 bytes is cut.</summary>
    public byte[] ToBytes()
    {
        var text = Encoding.UTF8.GetBytes(Text);
        var length = Math.Min(text.Length, MaxTextBytes);
        var bytes = new byte[3 + length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(1 + length));
        bytes[2] = (byte)Status;
        text.AsSpan(0, length).CopyTo(bytes.AsSpan(3));
        return bytes;
    }

    /// <summary>Reads the answer from the start of a stream, and not a byte more.</summary>
    /// <exception cref="StreamException">What came is not an answer, or the stream ended.</exception>
    public static async ValueTask<StreamAnswer> ReadAsync(CarrierStream stream, CancellationToken cancellationToken)
    {
        var rest = await LengthPrefixed.ReadAsync(stream, 1 + MaxTextBytes, cancellationToken);
        return rest.Length >= 1 && Enum.IsDefined((StreamStatus)rest[0])
            ? new StreamAnswer((StreamStatus)rest[0], Encoding.UTF8.GetString(rest.AsSpan(1)))
            : throw new StreamException(ProtocolErrors.ControlInvalid, "A stream was answered with a header that is not valid.");
    }

    /// <summary>The failure that a status other than connected means.</summary>
    public Failure ToFailure()
    {
        var description = Status switch
        {
            StreamStatus.Refused => ConnectionErrors.TargetRefused,
            StreamStatus.TimedOut => ConnectionErrors.TargetTimedOut,
            StreamStatus.Forbidden => ConnectionErrors.TargetForbidden,
            StreamStatus.Overloaded => ConnectionErrors.ClientOverloaded,
            _ => ConnectionErrors.TargetUnreachable,
        };
        return Text.Length == 0 ? Failure.Of(description) : Failure.Of(description, Text);
    }
}

/// <summary>How a client's connection attempt to its target went.</summary>
public enum StreamStatus : byte
{
    /// <summary>The target has accepted.</summary>
    Connected = 0,

    /// <summary>The target refuses connections.</summary>
    Refused = 1,

    /// <summary>The target did not answer in time.</summary>
    TimedOut = 2,

    /// <summary>The target cannot be reached.</summary>
    Unreachable = 3,

    /// <summary>The client has no such tunnel.</summary>
    Forbidden = 4,

    /// <summary>The client has no room.</summary>
    Overloaded = 5,
}

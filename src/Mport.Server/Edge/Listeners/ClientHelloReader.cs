using System.Buffers.Binary;
using System.Text;

namespace Mport.Server.Edge.Listeners;

/// <summary>Reads SNI (RFC 6066) and ALPN (RFC 7301) from the first bytes of a TLS connection (RFC 8446, 4.1.2). Pure; every length is checked before use.</summary>
internal static class ClientHelloReader
{
    /// <summary>A ClientHello that is not complete within this many bytes is not read further.</summary>
    public const int MaxBytes = 16 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const ushort ServerNameExtension = 0;
    private const ushort AlpnExtension = 16;
    private const int RandomBytes = 32;

    /// <summary>Reads a ClientHello that may be spread over several records.</summary>
    /// <param name="bytes">All bytes of the connection so far.</param>
    /// <param name="hello">What was read; null unless complete.</param>
    public static ClientHelloResult TryRead(ReadOnlySpan<byte> bytes, out ClientHello? hello)
    {
        hello = null;
        // Gathered only when the message does not lie within the first record: no client that we know does that with fewer than 16 KiB.
        Span<byte> gathered = [];
        var filled = 0;
        while (true)
        {
            if (bytes is [not HandshakeRecord, ..] or [_, not 3, ..])
            {
                return ClientHelloResult.Invalid;
            }

            if (bytes.Length < RecordHeader)
            {
                return ClientHelloResult.Incomplete;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (length is 0 or > MaxBytes)
            {
                return ClientHelloResult.Invalid;
            }

            var fragment = bytes.Slice(RecordHeader, Math.Min(length, bytes.Length - RecordHeader));
            var message = fragment;
            if (filled > 0)
            {
                fragment.CopyTo(gathered[filled..]);
                message = gathered[..(filled + fragment.Length)];
            }

            var result = TryReadMessage(message, out hello);
            if (result != ClientHelloResult.Incomplete || fragment.Length < length)
            {
                return result;
            }

            if (filled == 0)
            {
                gathered = new byte[bytes.Length];
                fragment.CopyTo(gathered);
            }

            filled += fragment.Length;
            bytes = bytes[(RecordHeader + length)..];
        }
    }

    private static ClientHelloResult TryReadMessage(ReadOnlySpan<byte> message, out ClientHello? hello)
    {
        hello = null;
        if (message is [not ClientHelloMessage, ..])
        {
            return ClientHelloResult.Invalid;
        }

        if (message.Length < MessageHeader)
        {
            return ClientHelloResult.Incomplete;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(message) & 0xFFFFFF;
        if (length > MaxBytes)
        {
            return ClientHelloResult.Invalid;
        }

        if (message.Length - MessageHeader < length)
        {
            return ClientHelloResult.Incomplete;
        }

        return TryReadBody(message.Slice(MessageHeader, length), out hello) ? ClientHelloResult.Complete : ClientHelloResult.Invalid;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> body, out ClientHello? hello)
    {
        hello = null;
        if (!TrySkip(ref body, sizeof(ushort) + RandomBytes) || !TryTakeBlock(ref body, 1, out _)
            || !TryTakeBlock(ref body, 2, out _) || !TryTakeBlock(ref body, 1, out _))
        {
            return false;
        }

        string? serverName = null;
        IReadOnlyList<string> protocols = [];
        if (!body.IsEmpty)
        {
            if (!TryTakeBlock(ref body, 2, out var extensions) || !body.IsEmpty)
            {
                return false;
            }

            while (!extensions.IsEmpty)
            {
                if (!TryTakeNumber(ref extensions, 2, out var type) || !TryTakeBlock(ref extensions, 2, out var data)
                    || (type == ServerNameExtension && !TryReadServerName(data, out serverName))
                    || (type == AlpnExtension && !TryReadProtocols(data, out protocols)))
                {
                    return false;
                }
            }
        }

        hello = new ClientHello(serverName, protocols);
        return true;
    }

    private static bool TryReadServerName(ReadOnlySpan<byte> data, out string? name)
    {
        const int HostNameType = 0;
        name = null;
        if (!TryTakeBlock(ref data, 2, out var names) || !data.IsEmpty)
        {
            return false;
        }

        while (!names.IsEmpty)
        {
            if (!TryTakeNumber(ref names, 1, out var type) || !TryTakeBlock(ref names, 2, out var value) || value.IsEmpty || value.Length > 255)
            {
                return false;
            }

            if (type == HostNameType)
            {
                name ??= Encoding.Latin1.GetString(value);
            }
        }

        return true;
    }

    private static bool TryReadProtocols(ReadOnlySpan<byte> data, out IReadOnlyList<string> protocols)
    {
        var list = new List<string>();
        protocols = list;
        if (!TryTakeBlock(ref data, 2, out var names) || !data.IsEmpty || names.IsEmpty)
        {
            return false;
        }

        while (!names.IsEmpty)
        {
            if (!TryTakeBlock(ref names, 1, out var name) || name.IsEmpty)
            {
                return false;
            }

            list.Add(Encoding.Latin1.GetString(name));
        }

        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> from, int count)
    {
        if (from.Length < count)
        {
            return false;
        }

        from = from[count..];
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> from, int bytes, out int number)
    {
        number = 0;
        if (from.Length < bytes)
        {
            return false;
        }

        number = bytes == 1 ? from[0] : BinaryPrimitives.ReadUInt16BigEndian(from);
        from = from[bytes..];
        return true;
    }

    private static bool TryTakeBlock(ref ReadOnlySpan<byte> from, int lengthBytes, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (!TryTakeNumber(ref from, lengthBytes, out var length) || from.Length < length)
        {
            return false;
        }

        block = from[..length];
        from = from[length..];
        return true;
    }
}

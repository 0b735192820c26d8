namespace Mport.Protocol.Transport.Records;

/// <summary>The messages that may follow a handshake (RFC 8446, 4.6), and what an alert means.</summary>
internal static class PostHandshake
{
    public const byte NewSessionTicket = 4;
    public const byte KeyUpdate = 24;

    public const byte UpdateNotRequested = 0;
    public const byte UpdateRequested = 1;

    public const byte AlertCloseNotify = 0;
    public const byte AlertUserCanceled = 90;

    private const int MessageHeader = 4;

    /// <summary>Takes the first message of a record's content. A message that is spread over several records is refused: nobody sends such short ones so.</summary>
    /// <exception cref="IOException">It is not whole.</exception>
    public static byte Take(ref ReadOnlySpan<byte> content, out ReadOnlySpan<byte> body)
    {
        var length = content.Length < MessageHeader ? int.MaxValue : (content[1] << 16) | (content[2] << 8) | content[3];
        if (length > content.Length - MessageHeader)
        {
            throw new IOException("The other side sent a TLS handshake message in pieces, after the handshake.");
        }

        var type = content[0];
        body = content.Slice(MessageHeader, length);
        content = content[(MessageHeader + length)..];
        return type;
    }
}

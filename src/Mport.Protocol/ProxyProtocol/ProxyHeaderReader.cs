namespace Mport.Protocol.ProxyProtocol;

/// <summary>Reads a PROXY protocol header of either version from the first bytes of a connection or datagram. Never throws.</summary>
public static class ProxyHeaderReader
{
    /// <summary>
    /// The longest header that is read. Version 1 has at most 107 bytes; version 2 could have 65,551, but all that senders put in (addresses, a host
    /// name, a certificate's subject) is far below this.
    /// </summary>
    public const int MaxBytes = 4096;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="header">The header when complete.</param>
    /// <param name="length">Its length in bytes when complete; what follows is the visitor's.</param>
    public static ProxyHeaderResult TryRead(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        header = ProxyHeader.Unknown;
        length = 0;
        // The two differ in the first byte.
        return bytes.IsEmpty ? ProxyHeaderResult.Incomplete
            : bytes[0] == ProxyHeaderV1.Prefix[0] ? ProxyHeaderV1.TryRead(bytes, out header, out length)
            : ProxyHeaderV2.TryRead(bytes, out header, out length);
    }
}

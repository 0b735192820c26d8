namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>A line of the format in which TLS libraries hand out secrets: label, client random, secret, the last two in hexadecimal.</summary>
internal static class KeyLogLine
{
    /// <summary>Reads the secret, when the line has this label.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, ReadOnlySpan<byte> label, out byte[] secret)
    {
        secret = [];
        if (line.Length <= label.Length || !line.StartsWith(label) || line[label.Length] != (byte)' ')
        {
            return false;
        }

        var hex = line[(line.LastIndexOf((byte)' ') + 1)..];
        var bytes = new byte[hex.Length / 2];
        if (Convert.FromHexString(hex, bytes, out _, out var written) != System.Buffers.OperationStatus.Done || written != bytes.Length)
        {
            return false;
        }

        secret = bytes;
        return true;
    }
}

using System.Buffers.Binary;
using System.Numerics;

namespace Mport.Protocol.ProxyProtocol;

/// <summary>The type-length-value records behind the addresses of a version 2 header: passed over, but for the checksum.</summary>
internal static class ProxyRecords
{
    private const int HeadBytes = 3;
    private const byte Checksum = 0x03;

    /// <summary>Whether the records fill the rest exactly, and the checksum, where there is one, is right.</summary>
    /// <param name="whole">The header.</param>
    /// <param name="start">Where its records begin.</param>
    public static bool AreValid(ReadOnlySpan<byte> whole, int start)
    {
        for (var at = start; at < whole.Length;)
        {
            if (whole.Length - at < HeadBytes)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(whole[(at + 1)..]);
            var value = at + HeadBytes;
            if (whole.Length - value < length || (whole[at] == Checksum && (length != 4 || !IsRight(whole, value))))
            {
                return false;
            }

            at = value + length;
        }

        return true;
    }

    // CRC-32C over the whole header, its own four bytes taken as zero.
    private static bool IsRight(ReadOnlySpan<byte> whole, int place)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < whole.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i >= place && i < place + 4 ? (byte)0 : whole[i]);
        }

        return ~crc == BinaryPrimitives.ReadUInt32BigEndian(whole[place..]);
    }
}

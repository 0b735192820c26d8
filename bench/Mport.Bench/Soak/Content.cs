using System.Security.Cryptography;

namespace Mport.Bench.Soak;

/// <summary>Bytes that both ends can make from a number, so that a download is checked without being stored.</summary>
internal static class Content
{
    private const int Block = 64 * 1024;

    /// <summary>Gives the bytes of a number in blocks.</summary>
    public static IEnumerable<byte[]> Blocks(int seed, int size)
    {
        var random = new Random(seed);
        for (var left = size; left > 0; left -= Block)
        {
            var block = new byte[Math.Min(Block, left)];
            random.NextBytes(block);
            yield return block;
        }
    }

    /// <summary>The checksum of all of them.</summary>
    public static byte[] Checksum(int seed, int size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in Blocks(seed, size))
        {
            hash.AppendData(block);
        }

        return hash.GetHashAndReset();
    }
}

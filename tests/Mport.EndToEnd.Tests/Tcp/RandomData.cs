using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Tcp;

/// <summary>Data of any length for a transfer, made and hashed as it goes.</summary>
internal static class RandomData
{
    private const int PieceBytes = 1 << 18;

    /// <summary>Sends so many bytes and gives their SHA-256.</summary>
    public static async Task<string> SendAsync(Socket socket, int seed, long bytes, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces(seed, bytes))
        {
            hash.AppendData(piece.Span);
            await TargetServers.SendAllAsync(socket, piece, stop);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The data itself; each piece is gone when the next is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(int seed, long bytes)
    {
        var piece = new byte[PieceBytes];
        new Random(seed).NextBytes(piece);
        for (var sent = 0L; sent < bytes;)
        {
            var part = piece.AsMemory(0, (int)Math.Min(PieceBytes, bytes - sent));
            if (part.Length >= sizeof(long))
            {
                // Each piece differs by its place, at a hundredth of the cost of new random bytes.
                BinaryPrimitives.WriteInt64LittleEndian(part.Span, sent);
            }

            yield return part;
            sent += part.Length;
        }
    }

    /// <summary>The SHA-256 of the data.</summary>
    public static string Hash(int seed, long bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces(seed, bytes))
        {
            hash.AppendData(piece.Span);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Reads to the end and gives the number of bytes and their SHA-256.</summary>
    public static async Task<(long Bytes, string Hash)> ReceiveAsync(Socket socket, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        var received = 0L;
        while (await socket.ReceiveAsync(piece, SocketFlags.None, stop) is > 0 and var read)
        {
            hash.AppendData(piece.AsSpan(0, read));
            received += read;
        }

        return (received, Convert.ToHexString(hash.GetHashAndReset()));
    }

    /// <summary>Reads exactly so many bytes and gives their SHA-256.</summary>
    public static async Task<string> HashAsync(Stream stream, long bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        for (var left = bytes; left > 0;)
        {
            var read = await stream.ReadAsync(piece.AsMemory(0, (int)Math.Min(PieceBytes, left)));
            left -= read > 0 ? read : throw new EndOfStreamException($"{left} bytes are missing.");
            hash.AppendData(piece.AsSpan(0, read));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}

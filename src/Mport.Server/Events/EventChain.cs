using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mport.Server.Events;

/// <summary>
/// The chain over the log: each event's hash covers the hash before it, so that no event can be changed or taken out without all later hashes being wrong.
/// Each field goes in with its length before it; otherwise two different events could give the same bytes. Pure.
/// </summary>
internal static class EventChain
{
    private const int Absent = -1;

    /// <summary>What the first event of a log follows.</summary>
    public static byte[] Beginning { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash of an event.</summary>
    /// <param name="before">The hash of the event before it.</param>
    /// <param name="happened">The event.</param>
    public static byte[] HashOf(ReadOnlySpan<byte> before, EventRecord happened)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(before);
        Append(hash, happened.Sequence);
        Append(hash, happened.Id);
        Append(hash, happened.At.ToUnixTimeMilliseconds());
        Append(hash, happened.Kind);
        Append(hash, happened.IsAudit ? 1 : 0);
        Append(hash, happened.ActorKind);
        Append(hash, happened.ActorId);
        Append(hash, happened.ActorName);
        Append(hash, happened.Address);
        Append(hash, happened.AccountId?.Value);
        Append(hash, happened.SubjectKind);
        Append(hash, happened.SubjectId);
        Append(hash, happened.SubjectName);
        Append(hash, happened.Before);
        Append(hash, happened.After);
        Append(hash, happened.Code);
        Append(hash, happened.Reason);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        if (text is null)
        {
            Append(hash, Absent);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }
}

using System.Net;
using System.Text;

namespace Mport.Server.Tunnels.Groups;

/// <summary>
/// Which member of a group a visitor goes to. Pure. By default it is the one with the fewest visitors, in turn where several have as few: turns alone
/// would give a member that takes long, or that has just come, as much as the others. Sticky, it is rendezvous hashing: each member gets a score for
/// the visitor's address and the highest wins, so that a member that comes or goes moves its own visitors and nobody else's.
/// </summary>
internal static class GroupChoice
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>The index of the least loaded; of several as low, the first one from <paramref name="turn"/> on.</summary>
    public static int LeastLoaded(ReadOnlySpan<int> loads, uint turn)
    {
        var start = (int)(turn % (uint)loads.Length);
        var best = start;
        for (var i = 1; i < loads.Length; i++)
        {
            var index = (start + i) % loads.Length;
            if (loads[index] < loads[best])
            {
                best = index;
            }
        }

        return best;
    }

    /// <summary>The index of the member with the highest score for the visitor.</summary>
    public static int Sticky(ReadOnlySpan<ulong> members, ulong visitor)
    {
        var (best, highest) = (0, 0UL);
        for (var i = 0; i < members.Length; i++)
        {
            var score = Mix(members[i] ^ visitor);
            if (i == 0 || score > highest)
            {
                (best, highest) = (i, score);
            }
        }

        return best;
    }

    /// <summary>The hash of a member, from what stays the same for as long as its process runs.</summary>
    public static ulong HashOf(string member) => Mix(Hash(Encoding.UTF8.GetBytes(member)));

    /// <summary>The hash of a visitor. An IPv6 host changes the lower half of its address as it likes, so the upper half alone counts.</summary>
    public static ulong HashOf(IPAddress visitor)
    {
        Span<byte> bytes = stackalloc byte[16];
        var address = visitor.IsIPv4MappedToIPv6 ? visitor.MapToIPv4() : visitor;
        return address.TryWriteBytes(bytes, out var length) ? Hash(bytes[..Math.Min(length, 8)]) : 0;
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = FnvOffset;
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * FnvPrime;
        }

        return hash;
    }

    // The finalizer of splitmix64: neighbouring addresses get scores that have nothing to do with each other.
    private static ulong Mix(ulong value)
    {
        value ^= value >> 30;
        value *= 0xBF58476D1CE4E5B9;
        value ^= value >> 27;
        value *= 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

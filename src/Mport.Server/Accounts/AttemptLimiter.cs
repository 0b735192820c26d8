using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mport.Server.Accounts;

/// <summary>
/// Makes an address that offers wrong tokens wait (SEC-62): from the fifth failure on, each with less than 15 minutes to the one before, the
/// address is blocked for 5 s, 10 s, 20 s … up to 600 s. An address is an IPv4 address or an IPv6 /64, which one customer usually has whole.
/// </summary>
internal sealed class AttemptLimiter(TimeProvider time)
{
    /// <summary>Addresses remembered. At about 150 bytes each the table stays under 10 MiB; the address that failed longest ago is forgotten first.</summary>
    public const int MaxEntries = 65_536;

    private const int FreeFailures = 4;
    private const int MaxDoublings = 7;
    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(600);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<AddressKey, LinkedListNode<Entry>> _entries = [];

    /// <summary>The entries by their last failure, the longest ago first.</summary>
    private readonly LinkedList<Entry> _byAge = [];

    /// <summary>How many addresses are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>How long the address still has to wait, or null when it may try.</summary>
    public TimeSpan? BlockedFor(IPAddress address)
    {
        var now = Now();
        lock (_lock)
        {
            return _entries.TryGetValue(AddressKey.Of(address), out var node) && node.Value.BlockedUntil > now ? node.Value.BlockedUntil - now : null;
        }
    }

    /// <summary>The address offered a wrong token.</summary>
    /// <returns>How long it now has to wait, or null.</returns>
    public TimeSpan? RecordFailure(IPAddress address)
    {
        var now = Now();
        var key = AddressKey.Of(address);
        lock (_lock)
        {
            Forget(now);
            var failures = 1;
            if (_entries.Remove(key, out var known))
            {
                failures = Math.Min(known.Value.Failures + 1, FreeFailures + 1 + MaxDoublings);
                _byAge.Remove(known);
            }
            else if (_entries.Count == MaxEntries && _byAge.First is { } oldest)
            {
                Drop(oldest);
            }

            var wait = WaitAfter(failures);
            _entries[key] = _byAge.AddLast(new Entry(key, failures, now, now + wait));
            return wait > TimeSpan.Zero ? wait : null;
        }
    }

    /// <summary>The address offered a good token: its failures are forgotten.</summary>
    public void RecordSuccess(IPAddress address)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(AddressKey.Of(address), out var node))
            {
                Drop(node);
            }
        }
    }

    // Not the wall clock: one that is set back must not make anybody wait for longer (REL-27).
    private TimeSpan Now() => time.GetElapsedTime(_start);

    private static TimeSpan WaitAfter(int failures) => failures <= FreeFailures
        ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(_firstWait.Ticks << (failures - FreeFailures - 1), _longestWait.Ticks));

    private void Forget(TimeSpan now)
    {
        while (_byAge.First is { } oldest && now - oldest.Value.LastFailure > _memory)
        {
            Drop(oldest);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byAge.Remove(node);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(AddressKey Key, int Failures, TimeSpan LastFailure, TimeSpan BlockedUntil);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct AddressKey(bool IsV6, ulong Bits)
    {
        public static AddressKey Of(IPAddress address)
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            Span<byte> bytes = stackalloc byte[16];
            plain.TryWriteBytes(bytes, out _);
            return plain.AddressFamily is AddressFamily.InterNetworkV6
                ? new AddressKey(true, BinaryPrimitives.ReadUInt64BigEndian(bytes))
                : new AddressKey(false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }
    }
}

using System.Runtime.InteropServices;

namespace Mport.Server.Accounts;

/// <summary>
/// Remembers who failed, and makes them wait: after some free failures, each with less than 15 minutes to the one before, the wait is 5 s, 10 s, 20 s …
/// up to 600 s.
/// </summary>
/// <typeparam name="TKey">Who is counted.</typeparam>
internal sealed class FailureTable<TKey>(TimeProvider time)
    where TKey : notnull
{
    /// <summary>Entries remembered. At about 150 bytes each the table stays under 10 MiB; who failed longest ago is forgotten first.</summary>
    public const int MaxEntries = 65_536;

    // More would make no difference to any wait.
    private const int MaxCounted = 1_000;
    private const int MaxDoublings = 7;
    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(600);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];

    /// <summary>The entries by their last failure, the longest ago first.</summary>
    private readonly LinkedList<Entry> _byAge = [];

    /// <summary>How many are remembered.</summary>
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

    /// <summary>How long this one still has to wait, or null when it may try.</summary>
    public TimeSpan? BlockedFor(TKey key)
    {
        var now = Now();
        lock (_lock)
        {
            return _entries.TryGetValue(key, out var node) && node.Value.BlockedUntil > now ? node.Value.BlockedUntil - now : null;
        }
    }

    /// <summary>Its failures that are remembered.</summary>
    public int FailuresOf(TKey key)
    {
        lock (_lock)
        {
            Forget(Now());
            return _entries.TryGetValue(key, out var node) ? node.Value.Failures : 0;
        }
    }

    /// <summary>It failed.</summary>
    /// <param name="key">Who.</param>
    /// <param name="free">Failures without a wait.</param>
    /// <returns>How long it now has to wait, or null.</returns>
    public TimeSpan? RecordFailure(TKey key, int free)
    {
        var now = Now();
        lock (_lock)
        {
            Forget(now);
            var failures = 1;
            if (_entries.Remove(key, out var known))
            {
                failures = Math.Min(known.Value.Failures + 1, MaxCounted);
                _byAge.Remove(known);
            }
            else if (_entries.Count == MaxEntries && _byAge.First is { } oldest)
            {
                Drop(oldest);
            }

            var wait = WaitAfter(failures, free);
            _entries[key] = _byAge.AddLast(new Entry(key, failures, now, now + wait));
            return wait > TimeSpan.Zero ? wait : null;
        }
    }

    /// <summary>It succeeded: its failures are forgotten.</summary>
    public void Forgive(TKey key)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                Drop(node);
            }
        }
    }

    // Not the wall clock: one that is set back must not make anybody wait for longer (REL-27).
    private TimeSpan Now() => time.GetElapsedTime(_start);

    private static TimeSpan WaitAfter(int failures, int free) => failures <= free
        ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(_firstWait.Ticks << Math.Min(failures - free - 1, MaxDoublings), _longestWait.Ticks));

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
    private readonly record struct Entry(TKey Key, int Failures, TimeSpan LastFailure, TimeSpan BlockedUntil);
}

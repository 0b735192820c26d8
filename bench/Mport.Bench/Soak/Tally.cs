using System.Collections.Concurrent;

namespace Mport.Bench.Soak;

/// <summary>What the traffic has come to, by kind. Thread-safe.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, long[]> _kinds = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _wrong = new();

    /// <summary>The kinds of traffic so far, with how often each went well and how often it failed.</summary>
    public IReadOnlyList<(string Kind, long Good, long Failed)> Kinds =>
        [.. _kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => (kind.Key, Interlocked.Read(ref kind.Value[0]), Interlocked.Read(ref kind.Value[1])))];

    /// <summary>Bytes that were not those that were sent: never allowed.</summary>
    public IReadOnlyList<string> Wrong => [.. _wrong];

    /// <summary>It went well.</summary>
    public void Good(string kind) => Interlocked.Increment(ref Of(kind)[0]);

    /// <summary>It did not: allowed while faults are made, and only then.</summary>
    public void Failed(string kind) => Interlocked.Increment(ref Of(kind)[1]);

    /// <summary>Other bytes came than were sent.</summary>
    public void Corrupt(string kind, string what) => _wrong.Enqueue($"{kind}: {what}");

    private long[] Of(string kind) => _kinds.GetOrAdd(kind, _ => new long[2]);
}

namespace Mport.Server.Events;

/// <summary>Checks that the log is what was written: each place is there, each hash follows from the one before, and known ends still stand in it.</summary>
internal static class EventVerification
{
    private const int Page = 1_000;

    /// <summary>Reads the whole log.</summary>
    /// <param name="store">The log.</param>
    /// <param name="known">Ends of the log that were noted earlier.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<EventFinding> RunAsync(EventStore store, IReadOnlyList<EventHead> known, CancellationToken cancellationToken)
    {
        var beginning = await store.FindBeginningAsync(cancellationToken);
        var head = beginning;
        var wanted = known.Where(one => one.Sequence >= beginning.Sequence).ToLookup(one => one.Sequence);
        var finding = new EventFinding(beginning, head, Fault: null, known.Count - wanted.Sum(group => group.Count()));
        if (Contradiction(wanted[head.Sequence], head) is { } early)
        {
            return finding with { Fault = early };
        }

        IReadOnlyList<ChainedEvent> page;
        do
        {
            page = await store.ReadChainAsync(head.Sequence, Page, cancellationToken);
            foreach (var (one, hash) in page)
            {
                if (one.Sequence != head.Sequence + 1)
                {
                    return finding with { Head = head, Fault = $"The events {head.Sequence + 1} to {one.Sequence - 1} are missing." };
                }

                if (!hash.AsSpan().SequenceEqual(EventChain.HashOf(head.Hash, one)))
                {
                    return finding with { Head = head, Fault = $"The event {one.Sequence} ({one.Id}) is not the one that was written, or the one before it is not." };
                }

                head = new EventHead(one.Sequence, hash);
                if (Contradiction(wanted[head.Sequence], head) is { } other)
                {
                    return finding with { Head = head, Fault = other };
                }
            }
        }
        while (page.Count == Page);

        var beyond = wanted.Where(group => group.Key > head.Sequence).Select(group => group.Key).DefaultIfEmpty(0).Max();
        return finding with
        {
            Head = head,
            Fault = beyond == 0 ? null : $"The log ends with event {head.Sequence}, but it went on to {beyond} at least: the events behind were cut off.",
        };
    }

    private static string? Contradiction(IEnumerable<EventHead> known, EventHead found) =>
        known.Any(one => !one.Hash.AsSpan().SequenceEqual(found.Hash)) ? $"The event {found.Sequence} is another one than the one whose hash was noted: the log was written anew." : null;
}

/// <summary>What a look at the whole log has found.</summary>
/// <param name="Beginning">Where it begins.</param>
/// <param name="Head">How far it is whole.</param>
/// <param name="Fault">What is wrong behind that; null when nothing is.</param>
/// <param name="Unchecked">Noted ends that are older than the oldest event.</param>
internal sealed record EventFinding(EventHead Beginning, EventHead Head, string? Fault, int Unchecked)
{
    /// <summary>Events that are whole.</summary>
    public long Count => Head.Sequence - Beginning.Sequence;
}

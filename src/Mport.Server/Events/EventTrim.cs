namespace Mport.Server.Events;

/// <summary>Removes events that are older than they are kept, a piece at a time. That this was done stands in the log.</summary>
internal sealed class EventTrim(EventStore store, IEventLog events, TimeSpan retention, TimeProvider time, ILogger<EventTrim> logger)
{
    private const int Piece = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan PieceInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs until cancelled. A database that does not answer is tried again at the next turn.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken);
            try
            {
                await TrimAsync(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.EventsNotTrimmed((error.InnerException ?? error).Message);
            }
        }
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - retention;
        var all = 0;
        int removed;
        do
        {
            removed = await store.TrimAsync(before, Piece, cancellationToken);
            all += removed;
            await Task.Delay(PieceInterval, time, cancellationToken);
        }
        while (removed == Piece);
        if (all > 0)
        {
            logger.EventsTrimmed(all, before);
            events.Record(new EdgeEvent { Kind = EventKinds.AuditTrimmed, Actor = EventActor.Edge, Reason = $"{all} events from before {before:O} were removed." });
        }
    }
}

using System.Threading.Channels;

namespace Mport.Server.Events;

/// <summary>
/// The event log of a running edge: events wait in a bounded queue and are written together. While the database cannot be written they wait; when no
/// more can wait, the newest are lost, counted, and told of by an event as soon as that can be written.
/// </summary>
internal sealed class EventLog(EventStore store, EventHeadFile heads, EventFeed feed, EventsMetrics metrics, TimeProvider time, ILogger<EventLog> logger) : IEventLog
{
    /// <summary>Events that wait, at most: half a minute of a thousand clients that come back, in about 8 MiB.</summary>
    public const int MaxWaiting = 8_192;

    private const int MaxTogether = 256;
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(20);

    // Each note is a file that is made safe against a power cut.
    private static readonly TimeSpan NotePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    // At the end of the edge: a database that cannot be written now will not be in ten minutes either.
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(5);

    private readonly Channel<WaitingEvent> _queue = Channel.CreateBounded<WaitingEvent>(MaxWaiting);
    private long _lost;
    private EventHead? _unnoted;
    private long _noted;

    /// <inheritdoc />
    public void Record(EdgeEvent happened) => TryQueue(WaitingEvent.Of(happened, time));

    /// <inheritdoc />
    public Task RecordAsync(EdgeEvent happened, CancellationToken cancellationToken)
    {
        var waiting = WaitingEvent.Of(happened, time, awaited: true);
        return TryQueue(waiting) && waiting.Written is { } written ? written.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Writes until cancelled; then what is in the queue, if the database takes it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new List<WaitingEvent>(MaxTogether);
        try
        {
            while (true)
            {
                await WaitAsync(cancellationToken);
                await Task.Delay(GatherTime, time, cancellationToken);
                Gather(batch);
                await WriteAsync(batch, cancellationToken);
                if (_noted == 0 || time.GetElapsedTime(_noted) >= NotePause)
                {
                    await NoteAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await FinishAsync(batch);
        }
    }

    // The end of the log is noted soon after the last event, not only when the next one comes.
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        Task next = _queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
        await (_unnoted is null ? next : Task.WhenAny(next, Task.Delay(NotePause, time, cancellationToken)));
    }

    private bool TryQueue(WaitingEvent waiting)
    {
        if (_queue.Writer.TryWrite(waiting))
        {
            metrics.Waits();
            return true;
        }

        Interlocked.Increment(ref _lost);
        metrics.Lost();
        return false;
    }

    private void Gather(List<WaitingEvent> batch)
    {
        if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
        {
            logger.EventsLost(lost);
            batch.Add(Loss(lost));
            metrics.Waits();
        }

        while (batch.Count < MaxTogether && _queue.Reader.TryRead(out var next))
        {
            batch.Add(next);
        }
    }

    private async Task WriteAsync(List<WaitingEvent> batch, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            if (await TryWriteAsync(batch, logsFailure: failures % 60 == 0, cancellationToken))
            {
                if (failures > 0)
                {
                    logger.EventsWrittenAgain();
                }

                return;
            }

            // Whoever waits for a change to be written down is not kept waiting for the disk; the event stays.
            Release(batch);
            await Task.Delay(RetryPause, time, cancellationToken);
        }
    }

    private async Task<bool> TryWriteAsync(List<WaitingEvent> batch, bool logsFailure, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return true;
        }

        try
        {
            _unnoted = await store.AppendAsync(batch, cancellationToken);
            metrics.Written(batch.Count);
            feed.Wake();
            Release(batch);
            batch.Clear();
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            metrics.Failed();
            if (logsFailure)
            {
                logger.EventsNotWritten(batch.Count + _queue.Reader.Count, (error.InnerException ?? error).Message);
            }

            return false;
        }
    }

    private async Task NoteAsync(CancellationToken cancellationToken)
    {
        if (_unnoted is { } head)
        {
            await heads.NoteAsync(head, cancellationToken);
            _unnoted = null;
            _noted = time.GetTimestamp();
        }
    }

    private async Task FinishAsync(List<WaitingEvent> batch)
    {
        _queue.Writer.TryComplete();
        using var limit = new CancellationTokenSource(LastTry, time);
        try
        {
            do
            {
                Gather(batch);
            }
            while (await TryWriteAsync(batch, logsFailure: true, limit.Token) && _queue.Reader.Count > 0);
            await NoteAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Too slow: what is left is lost.
        }

        var left = batch.Count + _queue.Reader.Count;
        if (left > 0)
        {
            metrics.Dropped(left);
            logger.EventsLost(left);
        }

        Release(batch);
        while (_queue.Reader.TryRead(out var one))
        {
            one.Written?.TrySetResult();
        }
    }

    private WaitingEvent Loss(long count) => WaitingEvent.Of(
        new EdgeEvent
        {
            Kind = EventKinds.EventsLost,
            Actor = EventActor.Edge,
            Reason = $"{count} events before this one were lost: the database could not be written.",
        },
        time);

    private static void Release(List<WaitingEvent> batch) => batch.ForEach(one => one.Written?.TrySetResult());
}

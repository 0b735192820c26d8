namespace Mport.Server.Edge.Http;

/// <summary>
/// How long one request may stand still before the target begins its answer. The request's body counts as progress, so a long upload is no
/// silence; once the answer has begun there is no limit, because an event stream or a WebSocket may be quiet for hours.
/// </summary>
internal sealed class AnswerDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _limit;
    private volatile bool _stopped;

    public AnswerDeadline(TimeSpan limit, TimeProvider time)
    {
        _limit = limit;
        _source = new CancellationTokenSource(limit, time);
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>True when the time was over.</summary>
    public bool IsOver => _source.IsCancellationRequested;

    /// <summary>True once the answer has begun.</summary>
    public bool HasAnswer => _stopped;

    /// <summary>True while it is the visitor who is waited for.</summary>
    public bool IsVisitorsTurn { get; set; }

    /// <summary>There was progress.</summary>
    public void Restart()
    {
        if (_stopped)
        {
            return;
        }

        _source.CancelAfter(_limit);
        // The answer may have begun in between.
        if (_stopped)
        {
            _source.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The answer has begun.</summary>
    public void Stop()
    {
        _stopped = true;
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopped = true;
        _source.Dispose();
    }
}

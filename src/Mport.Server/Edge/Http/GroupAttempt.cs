namespace Mport.Server.Edge.Http;

/// <summary>One member's try at a request that another member could answer as well: it is given up when the member goes away before its answer has begun.</summary>
internal sealed class GroupAttempt : IDisposable
{
    private readonly AnswerDeadline _deadline;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _watched;
    private volatile bool _givenUp;

    /// <summary>Begins to watch the member.</summary>
    /// <param name="deadline">Knows whether the answer has begun.</param>
    /// <param name="gone">Cancelled when the member is not to be expected back.</param>
    public GroupAttempt(AnswerDeadline deadline, CancellationToken gone)
    {
        _deadline = deadline;
        _source = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        _watched = gone.UnsafeRegister(static self => (self as GroupAttempt)?.GiveUp(), this);
    }

    /// <summary>Cancelled when the try is given up, or the deadline is over.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>True when the member went away.</summary>
    public bool IsGivenUp => _givenUp;

    /// <inheritdoc />
    public void Dispose()
    {
        _watched.Dispose();
        _source.Dispose();
    }

    private void GiveUp()
    {
        if (!_deadline.HasAnswer)
        {
            _givenUp = true;
            _source.Cancel();
        }
    }
}

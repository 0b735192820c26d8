using System.Threading.Tasks.Sources;

namespace Mport.Protocol.Carriers;

/// <summary>
/// An auto-reset event for one waiter at a time, without an allocation per wait. A set that nobody waits for is kept for the next wait; waiters
/// look at their condition again after each wake, since one set can stand for several.
/// </summary>
/// <param name="inline">Whether the waiter goes on inside <see cref="Set"/>, on the setter's thread.</param>
internal sealed class Signal(bool inline) : IValueTaskSource
{
    private const int Idle = 0;
    private const int IsSet = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = !inline };
    private CancellationTokenRegistration _registration;
    private int _state;

    /// <summary>Waits for the next set.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, IsSet) == IsSet)
        {
            return ValueTask.CompletedTask;
        }

        _core.Reset();
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (self, token) => (self as Signal)?.Cancel(token), this);
        }

        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) != Idle)
        {
            // It was set since the look above.
            _state = Idle;
            _registration.Unregister();
            return ValueTask.CompletedTask;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // The callback may have run before there was a waiter to cancel.
            Cancel(cancellationToken);
        }

        return new ValueTask(this, _core.Version);
    }

    /// <summary>Wakes the waiter, or the next one to come. From any thread.</summary>
    public void Set()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case IsSet:
                case Idle when Interlocked.CompareExchange(ref _state, IsSet, Idle) == Idle:
                    return;
                case Waiting when Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting:
                    _core.SetResult(true);
                    return;
                default:
                    continue;
            }
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Unregister();
        _registration = default;
        _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            _core.SetException(new OperationCanceledException(token));
        }
    }
}

using Mport.Protocol.Errors;

namespace Mport.Protocol.Resume;

/// <summary>An event that can be taken back: once it has happened and is cleared, it can happen again. Thread-safe.</summary>
internal sealed class Suspect
{
    private TaskCompletionSource<Failure> _event = New();

    /// <summary>Completes when it happens.</summary>
    public Task<Failure> When => Volatile.Read(ref _event).Task;

    public void Set(Failure why) => Volatile.Read(ref _event).TrySetResult(why);

    public void Clear()
    {
        var old = Volatile.Read(ref _event);
        if (old.Task.IsCompleted)
        {
            Interlocked.CompareExchange(ref _event, New(), old);
        }
    }

    private static TaskCompletionSource<Failure> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

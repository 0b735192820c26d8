namespace Mport.Testing;

/// <summary>Bounds an await and says what it waited for.</summary>
public static class Within
{
    /// <summary>Long enough for a busy machine; only a hang reaches it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // A virtual machine that is held still, or a laptop that sleeps, must not use up a limit at once: each part of it is a timer of its own.
    private const int Parts = 30;

    /// <summary>Awaits the task, at most <see cref="Limit"/> or a limit of its own.</summary>
    public static async Task<T> Limited<T>(this Task<T> task, string what, TimeSpan? limit = null)
    {
        await EndAsync(task, what, limit ?? Limit);
        return await task;
    }

    /// <summary>Awaits the task, at most <see cref="Limit"/> or a limit of its own.</summary>
    public static async Task Limited(this Task task, string what, TimeSpan? limit = null)
    {
        await EndAsync(task, what, limit ?? Limit);
        await task;
    }

    /// <summary>Asks again and again until it is so, at most <see cref="Limit"/>: for what follows an event by a moment and tells nobody.</summary>
    public static async Task UntilAsync(Func<ValueTask<bool>> isSo, string what)
    {
        using var late = new CancellationTokenSource(Limit);
        while (!await isSo().Limited(what))
        {
            if (late.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {Limit.TotalSeconds:0} s for: {what}");
            }

            await Task.Yield();
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{ValueTask{bool}}, string)" />
    public static Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => ValueTask.FromResult(isSo()), what);

    /// <summary>Awaits the task, at most <see cref="Limit"/>.</summary>
    public static Task<T> Limited<T>(this ValueTask<T> task, string what) => task.AsTask().Limited(what);

    /// <summary>Awaits the task, at most <see cref="Limit"/>.</summary>
    public static Task Limited(this ValueTask task, string what) => task.AsTask().Limited(what);

    private static async Task EndAsync(Task task, string what, TimeSpan limit)
    {
        for (var part = 0; part < Parts && !task.IsCompleted; part++)
        {
            await task.WaitAsync(limit / Parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds:0} s for: {what}");
        }
    }
}

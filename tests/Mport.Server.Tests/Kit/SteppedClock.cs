namespace Mport.Server.Tests.Kit;

/// <summary>A machine whose wall clock somebody sets; timers and timestamps go on as before, as they do on a real one.</summary>
internal sealed class SteppedClock(TimeProvider machine) : TimeProvider
{
    private long _offset;

    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);
}

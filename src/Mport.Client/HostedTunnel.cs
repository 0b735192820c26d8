using Mport.Client.Health;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;

namespace Mport.Client;

/// <summary>One tunnel over the whole run: what was asked for, its addresses while it is open, its counters, and why it ended if it did.</summary>
/// <param name="spec">What was asked for.</param>
/// <param name="time">The clock.</param>
internal sealed class HostedTunnel(TunnelSpec spec, TimeProvider time)
{
    private static readonly TimeSpan BetweenTargetDown = TimeSpan.FromSeconds(1);

    private readonly RateGate _targetDown = new(BetweenTargetDown, time);
    private Opening? _opening;
    private Failure? _ended;
    private int _open;
    private long _total;

    /// <summary>What was asked for.</summary>
    public TunnelSpec Spec { get; } = spec;

    /// <summary>The bytes of all its connections.</summary>
    public ByteCount Bytes { get; } = new();

    /// <summary>The datagrams of all its visitors, and those that were dropped.</summary>
    public DatagramCount Datagrams { get; } = new();

    /// <summary>What ended it for good, or null while it is wanted.</summary>
    public Failure? Ended => Volatile.Read(ref _ended);

    /// <summary>Marks it as ended for good; the first reason stands.</summary>
    public void End(Failure failure) => Interlocked.CompareExchange(ref _ended, failure, null);

    /// <summary>A session has it open. The newest session's addresses are shown.</summary>
    public void Opened(object session, IReadOnlyList<string> urls) => Volatile.Write(ref _opening, new Opening(session, urls));

    /// <summary>A session has it open no more; gives whether it had. A newer session's opening stays.</summary>
    public bool Closed(object session)
    {
        var opening = Volatile.Read(ref _opening);
        return opening?.Session == session && Interlocked.CompareExchange(ref _opening, null, opening) == opening;
    }

    /// <summary>What the health check finds.</summary>
    public HealthBoard Health { get; } = new();

    /// <summary>A visitor's connection began.</summary>
    public void CountOpened()
    {
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _total);
    }

    /// <summary>A visitor's connection ended.</summary>
    public void CountClosed() => Interlocked.Decrement(ref _open);

    /// <summary>Whether the user should hear that the target is down: at most once a second, however many visitors come.</summary>
    public bool MayTellTargetDown() => _targetDown.TryPass();

    /// <summary>A look at it now.</summary>
    public TunnelStatus ToStatus() => new(
        Spec,
        Volatile.Read(ref _opening)?.Urls ?? [],
        Volatile.Read(ref _open),
        Interlocked.Read(ref _total),
        Bytes.ToSocket,
        Bytes.FromSocket)
    {
        Healthy = Health.Verdict?.Healthy,
    };

    private sealed record Opening(object Session, IReadOnlyList<string> Urls);
}

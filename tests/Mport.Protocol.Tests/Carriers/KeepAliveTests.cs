using Mport.Protocol.Carriers;

namespace Mport.Protocol.Tests.Carriers;

public sealed class KeepAliveTests
{
    private const long Interval = 10;
    private const long Dead = 30;

    private readonly KeepAlive _keepAlive = new(Interval, Dead, start: 0);

    [Fact]
    public void Start_SendsAPingAtOnce_AndThenOneEachInterval()
    {
        Assert.Equal(KeepAliveAction.SendPing, Decide(0, 0, 0));
        Assert.Equal(2, _keepAlive.Answered(_keepAlive.PingValue, 2));
        Assert.Equal(KeepAliveAction.None, Decide(9, 2, 0));
        Assert.Equal(KeepAliveAction.SendPing, Decide(10, 2, 0));
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(30, true)]
    public void SilentPeer_IsDeadAfterTheLimit(long now, bool dead) => // REL-11
        Assert.Equal(dead, Decide(now, 0, 0) == KeepAliveAction.Dead);

    [Theory]
    [InlineData(54, false)]
    [InlineData(55, true)]
    public void PeerThatAcceptsNothing_IsDeadAfterTheLimit(long now, bool dead) // REL-24
    {
        Assert.Equal(dead, Decide(now, lastReceived: now, writingSince: 25) == KeepAliveAction.Dead);
    }

    [Fact]
    public void UnansweredPing_KillsAPeerThatStillSends() // REL-13
    {
        Assert.Equal(KeepAliveAction.SendPing, Decide(0, 0, 0));
        Assert.NotEqual(KeepAliveAction.Dead, Decide(59, 59, 0));
        Assert.Equal(KeepAliveAction.Dead, Decide(60, 60, 0));
    }

    [Theory]
    [InlineData(29, 0, false)] // Two looks were missed and nothing came: the limit alone decides.
    [InlineData(300, 299, false)] // A long sleep, and bytes after it: what was missed is no silence of the peer's.
    [InlineData(300, 270, true)]
    public void LateLook_JudgesByWhatCame_NotByTheLooksThatWereMissed(long now, long lastReceived, bool dead) // REL-25, REL-35, REL-37
    {
        Decide(0, 0, 0);
        _keepAlive.Answered(_keepAlive.PingValue, 1);

        Assert.Equal(dead ? KeepAliveAction.Dead : KeepAliveAction.SendPing, Decide(now, lastReceived, 0));
        Assert.Equal(dead ? KeepAliveAction.Dead : KeepAliveAction.None, Decide(now, lastReceived, 0)); // One ping, not one for each that was missed.
    }

    [Fact]
    public void WrongAnswer_CountsForNothing()
    {
        Decide(0, 0, 0);
        Assert.Null(_keepAlive.Answered(_keepAlive.PingValue + 1, 1));
        Assert.Equal(5, _keepAlive.Answered(_keepAlive.PingValue, 5));
        Assert.Null(_keepAlive.Answered(_keepAlive.PingValue, 6));
    }

    [Fact]
    public void Wait_NeverPassesTheNextDecision()
    {
        _keepAlive.Decide(0, 0, 0, 0, out var first);
        Assert.Equal(Interval, first);
        _keepAlive.Decide(25, 0, 0, 0, out var second);
        Assert.Equal(Dead - 25, second);
    }

    [Fact]
    public void AnotherConnection_IsJudgedAnew()
    {
        Decide(0, 0, 0);
        _keepAlive.Restart(100);

        Assert.Equal(KeepAliveAction.None, Decide(100, lastReceived: 5, writingSince: 7));
        Assert.Equal(KeepAliveAction.SendPing, Decide(101, lastReceived: 5, writingSince: 7));
        Assert.Equal(KeepAliveAction.None, Decide(129, 5, 7));
        Assert.Equal(KeepAliveAction.Dead, Decide(130, 5, 7));
    }

    [Fact]
    public void PingOutOfTurn_IsSentOnce_AndMeasuresTheRoundTrip()
    {
        Decide(0, 0, 0);
        Assert.False(_keepAlive.TryPing(1));
        _keepAlive.Answered(_keepAlive.PingValue, 2);
        Assert.True(_keepAlive.TryPing(3));
        Assert.Equal(4, _keepAlive.Answered(_keepAlive.PingValue, 7));
    }

    [Theory]
    [InlineData(10, 9, 0, false)] // The other side's own heartbeat came: it lives.
    [InlineData(20, 9, 0, false)] // The next one may be late.
    [InlineData(25, 9, 0, true)] // It is silent.
    [InlineData(25, 24, 20, true)] // Data flows: its round trip is measured.
    public void SideThatWasDialled_LeavesItToTheOther_UntilItIsSilentOrDataFlows(long now, long lastReceived, long lastCarried, bool asks)
    {
        var dialled = new KeepAlive(Interval, Dead, start: 0, asked: true);
        Assert.Equal(KeepAliveAction.SendPing, dialled.Decide(0, 0, 0, 0, out _)); // The first measures the round trip.
        dialled.Answered(dialled.PingValue, 1);

        Assert.Equal(asks ? KeepAliveAction.SendPing : KeepAliveAction.None, dialled.Decide(now, lastReceived, lastCarried, 0, out var wait));
        Assert.InRange(wait, 1, Interval * 2);
    }

    private KeepAliveAction Decide(long now, long lastReceived, long writingSince) => _keepAlive.Decide(now, lastReceived, now, writingSince, out _);
}

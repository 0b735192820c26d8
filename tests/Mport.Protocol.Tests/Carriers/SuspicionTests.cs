using Mport.Protocol.Carriers;

namespace Mport.Protocol.Tests.Carriers;

public sealed class SuspicionTests
{
    private readonly Suspicion _suspicion = new(second: 10);

    [Fact]
    public void SilenceWhileInUse_IsPingedAfterThreeSeconds_AndSuspectAfterThreeMore() // REL-10
    {
        Assert.Equal((SuspicionAction.None, 30L), Decide(0));
        Assert.Equal((SuspicionAction.None, 1L), Decide(29));
        Assert.Equal((SuspicionAction.Ping, 30L), Decide(30));
        Assert.Equal((SuspicionAction.None, 1L), Decide(59));
        Assert.Equal(SuspicionAction.Doubt, Decide(60).Action);
        Assert.Equal(SuspicionAction.Doubt, Decide(90).Action);
    }

    [Fact]
    public void AnythingThatComes_EndsTheDoubt_AndTheNextSilenceIsPingedAgain()
    {
        Decide(30);
        Assert.Equal(SuspicionAction.Doubt, Decide(60).Action);
        Assert.Equal((SuspicionAction.None, 30L), Decide(61, received: 61));
        Assert.Equal((SuspicionAction.Ping, 30L), Decide(91, received: 61));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void WhoCarriedNoDataLately_IsNotSuspected(long now, bool pinged) => Assert.Equal(pinged, Decide(now).Action == SuspicionAction.Ping);

    [Fact]
    public void IdleCarrier_NeedsNoLookUntilDataComes() => Assert.Equal(long.MaxValue, Decide(301).Wait);

    [Theory]
    [InlineData(159, false)]
    [InlineData(160, true)]
    public void PeerThatSendsButAcknowledgesNothing_IsSuspectAfterSixSeconds(long now, bool suspect) => // REL-13
        Assert.Equal(suspect, _suspicion.Decide(now, now, now, owedSince: 100, out _) == SuspicionAction.Doubt);

    [Fact]
    public void Wait_NeverPassesTheNextDecision()
    {
        _suspicion.Decide(140, 140, 140, owedSince: 100, out var wait);
        Assert.Equal(20, wait);
    }

    private (SuspicionAction Action, long Wait) Decide(long now, long received = 0) => (_suspicion.Decide(now, lastCarried: 0, received, owedSince: 0, out var wait), wait);
}

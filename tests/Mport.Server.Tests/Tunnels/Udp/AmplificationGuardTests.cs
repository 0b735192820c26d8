using Mport.Server.Tunnels.Udp;

namespace Mport.Server.Tests.Tunnels.Udp;

public sealed class AmplificationGuardTests // SEC-49
{
    private const int Factor = 3;

    [Fact]
    public void DnsQuery_GetsAnAnswerOfTheUsualSize_AndNoMore()
    {
        var guard = new AmplificationGuard();
        guard.Received(40);

        Assert.True(guard.TrySend(AmplificationGuard.FloorBytes, Factor));
        Assert.False(guard.TrySend(1, Factor));
    }

    [Fact]
    public void LargeRequest_GetsThreeTimesItsBytes()
    {
        var guard = new AmplificationGuard();
        guard.Received(1200);

        Assert.False(guard.TrySend(3601, Factor));
        Assert.True(guard.TrySend(1200, Factor));
        Assert.True(guard.TrySend(2400, Factor));
        Assert.False(guard.TrySend(1, Factor));
    }

    [Fact]
    public void SecondRequest_AfterAnAnswer_OpensTheWay()
    {
        var guard = new AmplificationGuard();
        guard.Received(40);
        Assert.True(guard.TrySend(100, Factor));
        guard.Received(1);

        Assert.True(guard.TrySend(1_000_000, Factor));
    }

    [Fact]
    public void RequestsWithoutAnAnswerBetween_ProveNothing()
    {
        var guard = new AmplificationGuard();
        for (var i = 0; i < 10; i++)
        {
            guard.Received(100);
        }

        Assert.False(guard.TrySend(3001, Factor));
        Assert.True(guard.TrySend(3000, Factor));
    }

    [Fact]
    public void FactorZero_SendsEverything() => Assert.True(new AmplificationGuard().TrySend(1_000_000, 0));
}

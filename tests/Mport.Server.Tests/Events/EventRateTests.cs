using System.Net;
using Mport.Server.Events;
using Mport.Testing;

namespace Mport.Server.Tests.Events;

public sealed class EventRateTests
{
    [Fact]
    public void WhoeverIsRefusedAgainAndAgain_IsWrittenDownNowAndThen_AndTheOthersAreCounted()
    {
        var time = new ManualTimeProvider();
        var rate = new EventRate(time);
        var guesser = IPAddress.Parse("203.0.113.1");

        var written = Enumerable.Range(0, 1_000).Count(_ => rate.TryTake(guesser, out var _));
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(5, written);
        Assert.True(rate.TryTake(guesser, out var more));
        Assert.Equal(995, more);
        Assert.False(rate.TryTake(guesser, out _));
        Assert.True(rate.TryTake(IPAddress.Parse("203.0.113.2"), out _));
    }
}

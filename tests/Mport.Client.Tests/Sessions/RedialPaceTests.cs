using Mport.Client.Sessions;

namespace Mport.Client.Tests.Sessions;

public sealed class RedialPaceTests
{
    [Fact]
    public void FirstRetry_ComesWithinAFifthOfASecond() =>
        Assert.Equal(TimeSpan.FromMilliseconds(200), new RedialPace(() => 1).Next(TimeSpan.Zero, null));

    [Fact]
    public void Waits_GrowToTwoSecondsAndNoFurther() // REL-11
    {
        var pace = new RedialPace(() => 1);
        var waits = Enumerable.Range(0, 100).Select(_ => pace.Next(TimeSpan.Zero, null)).ToList();

        Assert.Equal(TimeSpan.FromSeconds(2), waits.Max());
        Assert.Equal(waits.Order(), waits);
    }

    [Fact]
    public void AttemptThatTookItsTime_IsFollowedByTheNextAtOnce()
    {
        var pace = new RedialPace(() => 1);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(TimeSpan.Zero, pace.Next(RedialPace.ShortLimit, null)));
    }

    [Fact]
    public void Attempts_AreShortAtFirst_AndLongEnoughForASlowLinkLater()
    {
        var pace = new RedialPace(() => 0);
        var limits = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            limits.Add(pace.Limit);
            pace.Next(TimeSpan.Zero, null);
        }

        Assert.Equal(RedialPace.ShortLimit, limits[0]);
        Assert.Equal(RedialPace.LongLimit, limits[^1]);
    }

    [Fact]
    public void WishOfTheEdge_ComesFirst() =>
        Assert.Equal(TimeSpan.FromSeconds(7), new RedialPace(() => 0).Next(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7)));
}

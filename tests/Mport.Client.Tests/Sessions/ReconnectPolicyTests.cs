using Mport.Client.Sessions;
using Mport.Protocol.Errors;

namespace Mport.Client.Tests.Sessions;

public sealed class ReconnectPolicyTests
{
    private static readonly Failure Lost = Failure.Of(ConnectionErrors.ConnectionLost, retry: true);

    [Fact]
    public void FirstRetry_ComesWithinASecond()
    {
        var policy = new ReconnectPolicy(failFast: false, () => 0.999);

        var wait = policy.Next(Lost, TimeSpan.Zero);

        Assert.InRange(wait ?? TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ManyFailures_DoubleTheMostUpToTheCaps_WithFullJitter_Rel42(int seed)
    {
        var random = new Random(seed);
        var policy = new ReconnectPolicy(failFast: false, random.NextDouble);
        var below = 0;

        for (var attempt = 1; attempt <= 200; attempt++)
        {
            Assert.Equal(attempt, policy.Attempt);
            var most = TimeSpan.FromSeconds(Math.Min(attempt <= 60 ? 5 : 30, Math.Pow(2, attempt - 1)));
            var wait = policy.Next(Lost, TimeSpan.FromSeconds(random.Next(60)));
            Assert.InRange(wait ?? TimeSpan.MaxValue, TimeSpan.Zero, most);
            below += wait < most / 2 ? 1 : 0;
        }

        // About half of the waits lie in the lower half.
        Assert.InRange(below, 70, 130);
    }

    [Fact]
    public void OutageOfTwoMinutes_NoWaitIsLongerThan5Seconds_Rel1_Rel11()
    {
        var random = new Random(1);
        var policy = new ReconnectPolicy(failFast: false, random.NextDouble);

        for (var down = TimeSpan.Zero; down < TimeSpan.FromSeconds(120);)
        {
            var wait = policy.Next(Lost, TimeSpan.Zero) ?? TimeSpan.MaxValue;
            Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(5));
            down += wait;
        }
    }

    [Fact]
    public void StableSession_BeginsAnew_ShorterOneDoesNot()
    {
        var policy = new ReconnectPolicy(failFast: false, () => 1);
        for (var i = 0; i < 4; i++)
        {
            policy.Next(Lost, TimeSpan.Zero);
        }

        Assert.Equal(TimeSpan.FromSeconds(5), policy.Next(Lost, TimeSpan.FromSeconds(59.9)));
        Assert.Equal(TimeSpan.FromSeconds(1), policy.Next(Lost, TimeSpan.FromSeconds(60)));
        Assert.Equal(2, policy.Attempt);
    }

    [Fact]
    public void WishOfTheEdge_IsTheLeastWait()
    {
        var policy = new ReconnectPolicy(failFast: false, () => 0.5);

        var wait = policy.Next(Lost with { RetryAfter = TimeSpan.FromSeconds(45) }, TimeSpan.Zero);

        Assert.Equal(TimeSpan.FromSeconds(45.5), wait);
    }

    [Fact]
    public void FinalFailure_EndsTheRun() =>
        Assert.Null(new ReconnectPolicy(failFast: false, () => 0).Next(Lost with { Retry = false }, TimeSpan.Zero));

    [Fact]
    public void FailFast_EndsTheRunAtAnyFailure() =>
        Assert.Null(new ReconnectPolicy(failFast: true, () => 0).Next(Lost, TimeSpan.FromHours(1)));

    [Fact]
    public void EdgeThatAsksToMoveOn_IsFollowedAtOnce_WithALittleJitter() // REL-18
    {
        Assert.Equal(TimeSpan.Zero, new ReconnectPolicy(failFast: false, () => 0).Moved(Lost, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromMilliseconds(300), new ReconnectPolicy(failFast: true, () => 1).Moved(Lost, TimeSpan.Zero));
    }

    [Fact]
    public void EdgeThatAsksToMoveOnAgainAndAgain_IsFollowedMoreAndMoreSlowly()
    {
        var policy = new ReconnectPolicy(failFast: false, () => 1);
        policy.Moved(Lost, TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), policy.Moved(Lost, TimeSpan.FromSeconds(1)));
        Assert.Equal(ReconnectPolicy.MoveJitter, policy.Moved(Lost, ReconnectPolicy.Stable));
    }
}

using Mport.Protocol.Relay;

namespace Mport.Protocol.Tests.Relay;

public sealed class TokenBucketTests
{
    private const long Second = 1000;

    [Fact]
    public void FullBucket_GivesWhatItHolds_AndNotOneMore()
    {
        var bucket = new TokenBucket(rate: 10, size: 100, Second, now: 0);

        Assert.True(bucket.TryTake(99, 0));
        Assert.True(bucket.TryTake(1, 0));
        Assert.False(bucket.TryTake(1, 0));
    }

    [Fact]
    public void EmptyBucket_FillsToTheToken()
    {
        var bucket = new TokenBucket(rate: 7, size: 100, Second, now: 0);
        Assert.True(bucket.TryTake(100, 0));
        Assert.Equal(143, bucket.TicksUntil(1, 0));

        Assert.False(bucket.TryTake(1, 142));
        Assert.True(bucket.TryTake(1, 143));
        Assert.False(bucket.TryTake(7, 1142));
        Assert.True(bucket.TryTake(7, 1143));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(333)]
    [InlineData(125_000_000)]
    [InlineData(long.MaxValue / 2)]
    public void OverAnyTime_ItGivesItsSizeAndTheRate_ExactlyAndNeverMore(long rate)
    {
        const long Nanoseconds = 1_000_000_000;
        var bucket = new TokenBucket(rate, size: 1000, Nanoseconds, now: 0);
        var random = new Random(1);
        Int128 taken = 0;
        var now = 0L;
        for (var step = 0; step < 5000; step++)
        {
            now += random.Next(50_000_000);
            while (bucket.TryTake(1 + (step % 9), now))
            {
                taken += 1 + (step % 9);
                if (taken > (Int128)1_000_000)
                {
                    return;
                }
            }

            Assert.True(taken <= 1000 + ((Int128)rate * now / Nanoseconds));
        }

        Assert.True(taken >= (Int128)rate * now / Nanoseconds);
    }

    [Fact]
    public void MoreThanItHolds_IsGivenWhenFull_AndOwed()
    {
        var bucket = new TokenBucket(rate: 100, size: 100, Second, now: 0);

        Assert.True(bucket.TryTake(300, 0));
        Assert.False(bucket.TryTake(1, 2 * Second));
        Assert.False(bucket.IsFull(2 * Second));
        Assert.True(bucket.TryTake(100, 3 * Second));
        Assert.True(bucket.IsFull(4 * Second));
    }

    [Fact]
    public void ClockThatGoesBack_GivesNothing()
    {
        var bucket = new TokenBucket(rate: 100, size: 100, Second, now: 5000);
        Assert.True(bucket.TryTake(100, 5000));

        Assert.False(bucket.TryTake(1, 1000));
        Assert.False(bucket.TryTake(1, 5009));
        Assert.True(bucket.TryTake(1, 5010));
    }
}

using Mport.Server.Quotas;
using Mport.Server.Traffic;

namespace Mport.Server.Tests.Quotas;

public sealed class QuotaUseTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private QuotaUse _use;

    [Theory]
    [InlineData(799, "Free")]
    [InlineData(800, "At80")]
    [InlineData(949, "At80")]
    [InlineData(950, "At95")]
    [InlineData(999, "At95")]
    [InlineData(1000, "Reached")]
    [InlineData(5000, "Reached")]
    public void Stage_FollowsTheUse(long bytes, string stage)
    {
        Use(bytes);

        Assert.Equal(stage, _use.Judge(new QuotaLimits { BytesPerDay = 1000 }, Noon).Stage.ToString());
    }

    [Fact]
    public void Day_BeginsAnewAtMidnightUtc_AndTheMonthOnItsFirst()
    {
        var limits = new QuotaLimits { BytesPerDay = 1000, RequestsPerDay = 10 };
        Use(1000, requests: 10);

        Assert.Equal(QuotaStage.Reached, _use.Judge(limits, Noon.AddHours(12).AddTicks(-1)).Stage);
        Assert.Equal(QuotaStage.Free, _use.Judge(limits, Noon.AddHours(12)).Stage);
        Assert.Equal((0, 0, 0), (_use.DayBytes, _use.MonthBytes, _use.DayRequests));
    }

    [Fact]
    public void OfTwoThatAreUsedUp_TheOneThatLastsLongerCounts()
    {
        var early = Noon.AddDays(-20);
        _use.Add(new UsageCount(1000, 0, 0, 0, 0, 0), early);

        var standing = _use.Judge(new QuotaLimits { BytesPerDay = 1000, BytesPerMonth = 1000 }, early);

        Assert.Equal(("bytes_per_month", new DateTimeOffset(2030, 2, 1, 0, 0, 0, TimeSpan.Zero)), (standing.Limit, standing.Until));
    }

    [Fact]
    public void ClockThatIsSetBack_BeginsNoDayAnew()
    {
        Use(1000);

        Assert.Equal(QuotaStage.Reached, _use.Judge(new QuotaLimits { BytesPerDay = 1000 }, Noon.AddDays(-1)).Stage);
    }

    [Fact]
    public void ZeroAndNothing_AreNoLimit()
    {
        Use(1L << 60);

        Assert.Equal(QuotaStage.Free, _use.Judge(new QuotaLimits { BytesPerDay = 0 }, Noon).Stage);
        Assert.Equal(0, QuotaLimits.None.Over(new QuotaLimits { BytesPerDay = 0 }).BytesPerDay);
        Assert.Equal(0, new QuotaLimits { BytesPerDay = 0 }.Over(new QuotaLimits { BytesPerDay = 5 }).BytesPerDay);
    }

    private void Use(long bytes, long requests = 0) => _use.Add(new UsageCount(bytes, 0, 0, requests, 0, 0), Noon);
}

using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts;

public sealed class AttemptLimiterTests
{
    private static readonly IPAddress _address = IPAddress.Parse("192.0.2.1");
    private readonly ManualTimeProvider _time = new();
    private readonly AttemptLimiter _limiter;

    public AttemptLimiterTests() => _limiter = new AttemptLimiter(_time);

    [Fact]
    public void FourFailures_BlockNothing()
    {
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Null(_limiter.RecordFailure(_address)));
        Assert.Null(_limiter.BlockedFor(_address));
    }

    [Fact]
    public void EachFurtherFailure_DoublesTheWaitUpToTenMinutes()
    {
        Fail(_address, 4);

        var waits = Enumerable.Range(0, 10).Select(_ => _limiter.RecordFailure(_address)?.TotalSeconds).ToList();

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 600, 600, 600], waits);
    }

    [Fact]
    public void Block_EndsAtItsMoment()
    {
        Fail(_address, 5);
        Assert.Equal(TimeSpan.FromSeconds(5), _limiter.BlockedFor(_address));

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(1), _limiter.BlockedFor(_address));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_limiter.BlockedFor(_address));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    [InlineData(365 * 24)]
    public void WallClockThatIsSet_NeitherLengthensNorShortensTheWait(int hours) // REL-27
    {
        var clock = new SteppedClock(_time);
        var limiter = new AttemptLimiter(clock);
        for (var i = 0; i < 5; i++)
        {
            limiter.RecordFailure(_address);
        }

        clock.Step(TimeSpan.FromHours(hours));
        Assert.Equal(TimeSpan.FromSeconds(5), limiter.BlockedFor(_address));

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(limiter.BlockedFor(_address));
    }

    [Fact]
    public void FifteenQuietMinutes_ForgetTheFailures()
    {
        Fail(_address, 4);
        _time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromTicks(1));

        Assert.Null(_limiter.RecordFailure(_address));
        Assert.Equal(1, _limiter.Count);
    }

    [Fact]
    public void Success_ForgetsTheFailures()
    {
        Fail(_address, 5);
        _limiter.RecordSuccess(_address);

        Assert.Null(_limiter.BlockedFor(_address));
        Assert.Equal(0, _limiter.Count);
    }

    [Fact]
    public void OtherAddress_IsNotBlocked()
    {
        Fail(_address, 9);

        Assert.Null(_limiter.BlockedFor(IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public void MappedAddress_IsTheIPv4Address() // REL-55
    {
        Fail(IPAddress.Parse("::ffff:192.0.2.1"), 5);

        Assert.NotNull(_limiter.BlockedFor(_address));
        Assert.Null(_limiter.BlockedFor(IPAddress.Parse("::ffff:192.0.2.2")));
    }

    [Fact]
    public void IPv6Neighbours_CountAsOne()
    {
        for (var i = 1; i <= 5; i++)
        {
            _limiter.RecordFailure(IPAddress.Parse($"2001:db8:0:1::{i}"));
        }

        Assert.NotNull(_limiter.BlockedFor(IPAddress.Parse("2001:db8:0:1:ffff::9")));
        Assert.Null(_limiter.BlockedFor(IPAddress.Parse("2001:db8:0:2::1")));
    }

    [Fact]
    public void LowIPv6Address_IsNotTakenForAnIPv4Address()
    {
        Fail(IPAddress.Parse("0:0:c000:201::"), 5);

        Assert.Null(_limiter.BlockedFor(_address));
    }

    [Fact]
    public void FullTable_ForgetsWhoFailedLongestAgo()
    {
        Fail(_address, 5);
        var second = IPAddress.Parse("192.0.2.2");
        Fail(second, 5);
        for (var i = 0; i < AttemptLimiter.MaxEntries - 1; i++)
        {
            _limiter.RecordFailure(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));
        }

        Assert.Equal(AttemptLimiter.MaxEntries, _limiter.Count);
        Assert.Null(_limiter.BlockedFor(_address));
        Assert.NotNull(_limiter.BlockedFor(second));
    }

    private void Fail(IPAddress address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _limiter.RecordFailure(address);
        }
    }
}

using Mport.Cli.Panel;
using Mport.Client;

namespace Mport.Cli.Tests.Panel;

public sealed class RateMeterTests
{
    private static TunnelStatus[] Counters(long bytesIn, long bytesOut) => [new TunnelStatus(Events.Web, [], 0, 0, bytesIn, bytesOut)];

    [Fact]
    public void FirstLook_HasNoRate() => Assert.Equal([(0d, 0d)], new RateMeter().Measure(TimeSpan.Zero, Counters(1000, 1000)));

    [Fact]
    public void Rate_IsMeasuredOverTwoSeconds()
    {
        var meter = new RateMeter();
        for (var i = 0; i < 40; i++)
        {
            meter.Measure(TimeSpan.FromMilliseconds(250 * i), Counters(i * 250, i * 500));
        }

        Assert.Equal([(1000d, 2000d)], meter.Measure(TimeSpan.FromSeconds(10), Counters(10_000, 20_000)));
    }

    [Fact]
    public void SilentTunnel_FallsToZero()
    {
        var meter = new RateMeter();
        meter.Measure(TimeSpan.Zero, Counters(0, 0));
        meter.Measure(TimeSpan.FromSeconds(1), Counters(5000, 5000));
        meter.Measure(TimeSpan.FromSeconds(2), Counters(5000, 5000));

        Assert.Equal([(0d, 0d)], meter.Measure(TimeSpan.FromSeconds(4), Counters(5000, 5000)));
    }
}

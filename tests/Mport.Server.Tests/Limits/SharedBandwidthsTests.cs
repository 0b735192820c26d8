using Mport.Server.Limits;
using Mport.Testing;

namespace Mport.Server.Tests.Limits;

public sealed class SharedBandwidthsTests
{
    private const int Burst = 64 * 1024;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void WithoutLimits_ThereIsNothing()
    {
        var shared = new SharedBandwidths(0, 0, _time);

        Assert.Null(shared.Enter("tun_1", "usr_1"));
        shared.Leave("tun_1");
        Assert.Equal(0, shared.Count);
    }

    [Fact]
    public void VisitorsOfATunnel_ShareIt_EachDirectionItsOwn()
    {
        var shared = new SharedBandwidths(1000, 0, _time);
        var (first, second) = (shared.Enter("tun_1", "usr_1"), shared.Enter("tun_1", "usr_1"));

        Assert.True(first?.ToVisitor?.TryTake(Burst));
        Assert.False(second?.ToVisitor?.TryTake(1));
        Assert.True(second?.FromVisitor?.TryTake(Burst));
        Assert.True(shared.Enter("tun_2", "usr_1")?.ToVisitor?.TryTake(Burst));
    }

    [Fact]
    public void TunnelsOfAnAccount_ShareTheAccounts_AndNoOthers() // SEC-46
    {
        var shared = new SharedBandwidths(0, 1000, _time);

        Assert.True(shared.Enter("tun_1", "usr_1")?.ToVisitor?.TryTake(Burst));
        Assert.False(shared.Enter("tun_2", "usr_1")?.ToVisitor?.TryTake(1));
        Assert.True(shared.Enter("tun_3", "usr_2")?.ToVisitor?.TryTake(Burst));
    }

    [Fact]
    public void WhoLeavesAndComesBack_GetsNoNewBurst()
    {
        var shared = new SharedBandwidths(1000, 0, _time);
        Assert.True(shared.Enter("tun_1", "usr_1")?.ToVisitor?.TryTake(Burst));
        shared.Leave("tun_1");

        Assert.False(shared.Enter("tun_1", "usr_1")?.ToVisitor?.TryTake(1001));
    }

    [Fact]
    public void TunnelsLongUnused_AreForgotten()
    {
        var shared = new SharedBandwidths(1000, 1000, _time);
        for (var i = 0; i < 3 * SharedBandwidths.MaxIdle; i++)
        {
            Assert.NotNull(shared.Enter($"tun_{i}", $"usr_{i % 7}"));
            shared.Leave($"tun_{i}");
        }

        Assert.InRange(shared.Count, 1, SharedBandwidths.MaxIdle);
    }
}

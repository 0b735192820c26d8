using Mport.Server.Hosting;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting;

public sealed class IdleMemoryTests
{
    private long _allocated = 1000;
    private int _collections;

    private IdleMemory Rule() => new(() => _allocated, () => _collections++, new ManualTimeProvider());

    [Fact]
    public void BurstThatIsOver_GivesItsMemoryBack_OnceAndAgainForThePools()
    {
        var rule = Rule();

        Allocate(rule, IdleMemory.BurstBytes);
        Assert.Equal(0, _collections);
        for (var looks = 0; looks < 10; looks++)
        {
            Allocate(rule, IdleMemory.IdleBytes - 1);
        }

        Assert.Equal(5, _collections);
    }

    [Fact]
    public void TrafficThatGoesOn_IsNotHeldUp()
    {
        var rule = Rule();
        for (var looks = 0; looks < 100; looks++)
        {
            Allocate(rule, IdleMemory.IdleBytes);
        }

        Assert.Equal(0, _collections);
    }

    [Fact]
    public void LittleTraffic_IsNotWorthACollection()
    {
        var rule = Rule();

        Allocate(rule, IdleMemory.BurstBytes - IdleMemory.IdleBytes);
        Allocate(rule, 0);
        Allocate(rule, 0);

        Assert.Equal(0, _collections);
    }

    [Fact]
    public void SecondBurst_IsFollowedByCollectionsAgain()
    {
        var rule = Rule();
        Allocate(rule, IdleMemory.BurstBytes);
        for (var looks = 0; looks < 10; looks++)
        {
            Allocate(rule, 0);
        }

        Allocate(rule, IdleMemory.BurstBytes);
        Allocate(rule, 0);

        Assert.Equal(6, _collections);
    }

    private void Allocate(IdleMemory rule, long bytes)
    {
        _allocated += bytes;
        rule.Look();
    }
}

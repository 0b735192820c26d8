using Mport.Protocol.Carriers;

namespace Mport.Protocol.Tests.Carriers;

public sealed class GlitchBudgetTests
{
    [Fact]
    public void Burst_IsTaken_AndOneMoreIsNot() // SEC-23
    {
        var budget = new GlitchBudget(ticksPerSecond: 1000, start: 0);
        for (var i = 0; i < 200; i++)
        {
            Assert.True(budget.TryTake(0));
        }

        Assert.False(budget.TryTake(0));
    }

    [Fact]
    public void HundredASecond_GoOnForEver()
    {
        var budget = new GlitchBudget(ticksPerSecond: 1000, start: 0);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(budget.TryTake(i * 10));
        }
    }
}

using Mport.Protocol.Carriers;

namespace Mport.Protocol.Tests.Carriers;

public sealed class ReceiveWindowTests
{
    private const int Max = 16 * 1024 * 1024;
    private const int Initial = ReceiveWindow.InitialBytes;

    [Theory]
    [InlineData(Initial - 1, true)]
    [InlineData(Initial, true)]
    [InlineData(Initial + 1, false)]
    public void FirstFrame_MayFillTheInitialWindowAndNoMore(int bytes, bool allowed) // SEC-21: CVE-2026-32314
    {
        var window = NewWindow(new MemoryBudget(0));
        Assert.Equal(allowed, window.TryReceive((uint)bytes));
    }

    [Fact]
    public void LengthOfFourGigabytes_IsRefusedAndTakesNothing() // SEC-21: CVE-2026-73564
    {
        var window = NewWindow(new MemoryBudget(0));
        Assert.False(window.TryReceive(uint.MaxValue));
        Assert.Equal(Initial, window.Available);
    }

    [Fact]
    public void Update_IsSentWhenHalfTheWindowIsConsumed()
    {
        var window = NewWindow(new MemoryBudget(0));
        Assert.True(window.TryReceive(Initial));
        Assert.Equal(0, window.Consume((Initial / 2) - 1, 1000, 1));
        Assert.Equal(Initial / 2, window.Consume(1, 1000, 1));
        Assert.Equal(Initial / 2, window.Available);
    }

    [Fact]
    public void WindowThatIsFilledWithinFewRoundTrips_GrowsToTheMaximum()
    {
        var budget = new MemoryBudget(long.MaxValue);
        var window = NewWindow(budget);
        for (var turn = 0; turn < 20; turn++)
        {
            Assert.True(window.TryReceive((uint)(window.Size / 2)));
            window.Consume(window.Size / 2, timestamp: turn, roundTrip: 10);
        }

        Assert.Equal(Max, window.Size);
        Assert.Equal(Max - Initial, budget.Used);
        window.Release();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void WindowThatIsFilledSlowly_StaysAsItIs()
    {
        var window = NewWindow(new MemoryBudget(long.MaxValue));
        Assert.True(window.TryReceive(Initial / 2));
        window.Consume(Initial / 2, timestamp: 1_000_000, roundTrip: 10);
        Assert.Equal(Initial, window.Size);
    }

    [Fact]
    public void WithoutBudget_TheWindowDoesNotGrow()
    {
        var process = new MemoryBudget(4 * Initial);
        var session = new MemoryBudget(long.MaxValue, process);
        var first = NewWindow(session);
        var second = NewWindow(session);
        Assert.True(first.TryReceive(Initial / 2) && second.TryReceive(Initial / 2));

        first.Consume(Initial / 2, 0, 10);
        second.Consume(Initial / 2, 0, 10);

        Assert.Equal(2 * Initial, first.Size);
        Assert.Equal(Initial, second.Size);
        Assert.Equal(Initial, session.Used);
        Assert.Equal(Initial, process.Used);
    }

    private static ReceiveWindow NewWindow(MemoryBudget budget) => new(Max, budget, 0);
}

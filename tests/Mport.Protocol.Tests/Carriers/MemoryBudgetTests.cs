using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

public sealed class MemoryBudgetTests
{
    private const int Window = 256 * 1024;

    [Theory]
    [InlineData(MemoryUse.Ahead, 250)]
    [InlineData(MemoryUse.Buffer, 950)]
    [InlineData(MemoryUse.Small, 1000)]
    public void EachUse_IsGivenUpToItsShare_AndNotAByteMore(MemoryUse use, int share) // REL-22, REL-36
    {
        var budget = new MemoryBudget(1000);

        Assert.True(budget.TryTake(share - 1, use));
        Assert.True(budget.TryTake(1, use));
        Assert.False(budget.TryTake(1, use));

        Assert.Equal(share, budget.Used);
        Assert.Equal(use == MemoryUse.Ahead ? 0 : 1, budget.Refusals);
    }

    [Fact]
    public void NewThings_BeginUpTo85Percent() // REL-36
    {
        var process = new MemoryBudget(1000);
        var session = new MemoryBudget(10_000, process);
        Assert.True(session.TryTake(850));
        Assert.True(session.HasRoom);

        Assert.True(session.TryTake(1));

        Assert.False(session.HasRoom);
    }

    [Fact]
    public void WhatOneRefuses_IsTakenFromNone()
    {
        var process = new MemoryBudget(1000);
        var session = new MemoryBudget(100, process);
        var other = new MemoryBudget(100_000, process);

        Assert.False(session.TryTake(101, MemoryUse.Small));
        Assert.False(other.TryTake(1001, MemoryUse.Small));
        Assert.Equal((0L, 0L, 0L), (session.Used, other.Used, process.Used));
        Assert.True(other.TryTake(900));
        other.Return(900);
        Assert.Equal(0, process.Used);
    }

    [Fact]
    public async Task StreamThatIsNotRead_IsCharged_AndGivesAllBack() // REL-21, SEC-24
    {
        var atEdge = new MemoryBudget(64 * 1024 * 1024);
        await using var pair = await CarrierPair.CreateAsync(budget: atEdge);
        var (reading, writing) = await pair.OpenAsync();

        var sending = writing.WriteAsync(new byte[4 * Window], CancellationToken.None).AsTask();
        var read = 0;
        var buffer = new byte[1000];
        Assert.Equal(1000, await reading.ReadAsync(buffer, CancellationToken.None).Limited("the first bytes"));
        Assert.InRange(atEdge.Used, 1, Window + 64 * 1024);
        for (read = 1000; read < 4 * Window;)
        {
            read += await reading.ReadAsync(buffer, CancellationToken.None).Limited("the rest");
        }

        await sending.Limited("all bytes to be sent");
        reading.Reset();
        Assert.Equal(0, atEdge.Used);
    }

    [Fact]
    public async Task BudgetUsedUp_EndsTheStreamThatFillsIt_AndTheOthersGoOn() // REL-22
    {
        var budget = new MemoryBudget(200 * 1024);
        await using var pair = await CarrierPair.CreateAsync(budget: budget);
        var (small, smallAtClient) = await pair.OpenAsync();
        var (large, largeAtClient) = await pair.OpenAsync();

        var sending = largeAtClient.WriteAsync(new byte[Window], CancellationToken.None).AsTask();
        await large.WhenBroken().Limited("the stream that nobody reads to be reset");
        var fault = await Assert.ThrowsAsync<StreamException>(() => large.ReadAsync(new byte[1], CancellationToken.None).Limited("the fault"));
        await smallAtClient.WriteAsync(new byte[500], CancellationToken.None).Limited("bytes of the other stream");

        Assert.Equal(ProtocolErrors.BuffersFull, fault.Description);
        Assert.Equal(500, await small.ReadAsync(new byte[1000], CancellationToken.None).Limited("bytes of the other stream"));
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.False(pair.EdgeRun.IsCompleted);
        Assert.Equal(0, budget.Used);
        Assert.Equal(1, budget.Refusals);
    }

    [Fact]
    public async Task StreamGivenUpUnread_GivesItsBytesBack()
    {
        var budget = new MemoryBudget(64 * 1024 * 1024);
        await using var pair = await CarrierPair.CreateAsync(budget: budget);
        var (atEdge, atClient) = await pair.OpenAsync();
        await atClient.WriteAsync(new byte[100_000], CancellationToken.None).Limited("bytes to be sent");
        atClient.CompleteWrites();
        Assert.Equal(1, await atEdge.ReadAsync(new byte[1], CancellationToken.None).Limited("the first byte"));

        atEdge.AsStream().Dispose();
        await pair.DisposeAsync();

        Assert.Equal(0, budget.Used);
    }
}

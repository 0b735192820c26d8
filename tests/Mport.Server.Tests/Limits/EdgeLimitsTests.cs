using Mport.Server.Limits;

namespace Mport.Server.Tests.Limits;

public sealed class EdgeLimitsTests
{
    [Fact]
    public void Gigabyte_WithManyFiles_HoldsWhatItsMemoryDoes()
    {
        var limits = new EdgeLimits().For(openFiles: 1_000_000, memory: 1L << 30);

        Assert.Equal((1L << 30) / 5 * 2, limits.MemoryBudget);
        Assert.Equal((32_768, 16_384, 24_576, 24_576), (limits.MaxVisitors, limits.MaxVisitorsPerAddress, limits.MaxVisitorsPerTunnel, limits.MaxVisitorsPerAccount));
        Assert.Equal((10_000, 10_000, 5_000), (limits.MaxSessions, limits.MaxHttpConnections, limits.MaxHttpConnectionsPerAddress));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void AllThatHasASocket_LeavesATenthOfTheFiles(int openFiles) // REL-32
    {
        var limits = new EdgeLimits().For(openFiles, memory: 1L << 40);

        Assert.InRange(limits.MaxVisitors + limits.MaxHttpConnections + limits.MaxWaiting + limits.MaxSessions, 1, openFiles * 9 / 10);
        Assert.True(limits.MaxVisitorsPerAccount < limits.MaxVisitors);
    }

    [Fact]
    public void WhatWasAskedFor_IsKept()
    {
        var limits = new EdgeLimits { MaxVisitors = 7, MaxVisitorsPerAddress = 6, MaxVisitorsPerTunnel = 5, MaxVisitorsPerAccount = 4, MemoryBudget = 12 }.For(1_000_000, 1L << 30);

        Assert.Equal((7, 6, 5, 4, 12L), (limits.MaxVisitors, limits.MaxVisitorsPerAddress, limits.MaxVisitorsPerTunnel, limits.MaxVisitorsPerAccount, limits.MemoryBudget));
    }
}

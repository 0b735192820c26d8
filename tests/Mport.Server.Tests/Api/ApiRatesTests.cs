using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Api;

public sealed class ApiRatesTests
{
    [Fact]
    public async Task AccountThatSendsTooMany_Waits_AndAnotherDoesNot()
    {
        await using var edge = await RunningTestEdge.StartAsync(change: settings => settings with { ApiRate = 2 });
        using var owner = new ApiUser(edge, edge.Token);
        using var ann = new ApiUser(edge, await edge.AddAccountAsync("ann@example.com"));
        await owner.GetAsync("/api/v1/me");
        await owner.GetAsync("/api/v1/me");

        var third = await owner.GetAsync("/api/v1/me");
        var other = await ann.GetAsync("/api/v1/me");

        Assert.Equal(429, third.Status);
        Assert.Equal("MP-1511", third.Code);
        Assert.Equal("30", third.Headers["Retry-After"]);
        Assert.Equal(200, other.Status);
    }
}

using Mport.Server.Tunnels;
using Mport.Testing;

namespace Mport.Server.Tests.Tunnels;

public sealed class ReturningHostsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ReturningHosts _hosts = new();

    public ReturningHostsTests() => _hosts.Expect(["shop", "blog"], _time);

    [Fact]
    public async Task VisitorOfAHostWhoseClientComes_WaitsForIt()
    {
        var waiting = _hosts.WaitAsync("shop", CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _hosts.Arrived("shop");

        await waiting.Limited("the visitor to go on");
        Assert.False(_hosts.IsAwaited("shop"));
        Assert.Equal(1, _hosts.Left);
    }

    [Fact]
    public async Task VisitorOfAHostWhoseClientDoesNotCome_WaitsTenSeconds()
    {
        var waiting = _hosts.WaitAsync("shop", CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await waiting.Limited("the visitor to be told");
        Assert.True(_hosts.IsAwaited("shop"));
    }

    [Fact]
    public async Task GivenUp_LetsAllWaitersGo()
    {
        var waiting = _hosts.WaitAsync("shop", CancellationToken.None);

        Assert.Equal(2, _hosts.GiveUp());

        await waiting.Limited("the visitor to be told");
        Assert.False(_hosts.IsAwaited("blog"));
    }

    [Fact]
    public void OtherHost_IsNotAwaited() => Assert.False(_hosts.IsAwaited("else"));
}

using Mport.Client.Sessions;
using Mport.Protocol;
using Mport.Testing;

namespace Mport.Client.Tests.Sessions;

public sealed class SessionTunnelsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly ManualTimeProvider _time = new();
    private readonly SessionTunnels _table = new();

    [Fact]
    public async Task UnknownNumber_WithoutAWaitingRequest_IsUnknownAtOnce()
    {
        _table.Open(_table.Request(Tunnel("a")), 1);

        Assert.Equal(default, await FindAsync(2).Limited("an unknown number"));
    }

    [Fact]
    public async Task VisitorFasterThanTheAnnouncement_WaitsForIt()
    {
        var tunnel = Tunnel("a");
        var request = _table.Request(tunnel);

        var lookup = FindAsync(7);
        Assert.False(lookup.IsCompleted);
        _table.Open(request, 7);

        Assert.Equal(new NumberLookup(true, tunnel), await lookup.Limited("the announced number"));
    }

    [Fact]
    public async Task UnansweredRequest_HoldsAVisitorNoLongerThanTheLimit()
    {
        _table.Request(Tunnel("a"));

        var lookup = FindAsync(7);
        _time.Advance(Limit);

        Assert.Equal(default, await lookup.Limited("the limit"));
    }

    [Fact]
    public async Task ClosedNumber_IsKnownAndStandsForNothing()
    {
        _table.Open(_table.Request(Tunnel("a")), 1);

        Assert.NotNull(_table.Close(1));
        Assert.Null(_table.Close(1));

        Assert.Equal(new NumberLookup(true, null), await FindAsync(1).Limited("a closed number"));
    }

    [Fact]
    public async Task ManyClosedNumbers_OnlyTheLastAreKept()
    {
        for (var number = 1; number <= 100; number++)
        {
            _table.Open(_table.Request(Tunnel("a")), number);
            _table.Close(number);
        }

        Assert.False((await FindAsync(1).Limited("an old number")).Known);
        Assert.True((await FindAsync(100).Limited("a fresh number")).Known);
    }

    [Fact]
    public void OneNumberForTwoTunnels_BreaksTheRules()
    {
        _table.Open(_table.Request(Tunnel("a")), 1);
        var second = _table.Request(Tunnel("b"));

        Assert.Throws<ProtocolException>(() => _table.Open(second, 1));
    }

    [Fact]
    public void AnswerToNothing_GivesNothing()
    {
        var request = _table.Request(Tunnel("a"));

        Assert.Null(_table.Open(request + 1, 1));
        Assert.Null(_table.Refuse(request + 1));
        Assert.NotNull(_table.Refuse(request));
        Assert.Null(_table.Refuse(request));
    }

    private HostedTunnel Tunnel(string name) => new(RunningClient.Tcp(1, name), _time);

    private Task<NumberLookup> FindAsync(int number) => _table.FindAsync(number, Limit, _time, CancellationToken.None).AsTask();
}

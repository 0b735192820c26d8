using Mport.Server.Tunnels;
using Mport.Testing;

namespace Mport.Server.Tests.Tunnels;

public sealed class TunnelGateTests
{
    private readonly TunnelGate _gate = new();

    [Fact]
    public async Task Shut_WaitsForOpeningsThatAreUnderWay()
    {
        Assert.True(await EnterAsync());
        var shut = _gate.ShutAsync();
        Assert.False(shut.IsCompleted);

        _gate.Leave();

        await shut.Limited("the gate to be shut");
    }

    [Fact]
    public async Task OpenedAgain_LetsThoseWhoWaitedPass()
    {
        await _gate.ShutAsync().Limited("the gate to be shut");
        var entering = EnterAsync();
        Assert.False(entering.IsCompleted);

        _gate.Open();

        Assert.True(await entering);
    }

    [Fact]
    public async Task Closed_SendsThoseWhoWaitedAndTheNextAway()
    {
        await _gate.ShutAsync().Limited("the gate to be shut");
        var entering = EnterAsync();

        _gate.Close();

        Assert.False(await entering);
        Assert.False(await EnterAsync());
    }

    private Task<bool> EnterAsync() => _gate.EnterAsync(CancellationToken.None).Limited("the gate");
}

using System.Net.Sockets;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Tests.Edge.Listeners;

public sealed class AcceptBackoffTests
{
    [Fact]
    public void OutOfDescriptors_PausesLongerAndLongerUpToASecond() // REL-32, REL-56
    {
        var backoff = new AcceptBackoff();

        var pauses = Enumerable.Range(0, 10).Select(_ => backoff.Failed(SocketError.TooManyOpenSockets).TotalMilliseconds).ToList();

        Assert.Equal([20, 40, 80, 160, 320, 640, 1000, 1000, 1000, 1000], pauses);
        Assert.True(backoff.IsFailing);
        Assert.True(backoff.Succeeded());
        Assert.False(backoff.Succeeded());
        Assert.Equal(20, backoff.Failed(SocketError.TooManyOpenSockets).TotalMilliseconds);
    }

    [Fact]
    public void VisitorWhoHungUp_CausesNoPause() // REL-56
    {
        var backoff = new AcceptBackoff();

        Assert.Equal(TimeSpan.Zero, backoff.Failed(SocketError.ConnectionAborted));
        Assert.False(backoff.IsFailing);
    }
}

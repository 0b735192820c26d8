using Mport.Server.Tunnels;

namespace Mport.Server.Tests.Tunnels;

public sealed class VisitorCapTests
{
    [Fact]
    public void Visitors_AtTheLimitComeIn_AndOneMoreDoesNot() // REL-32
    {
        var cap = new VisitorCap(2);
        Assert.True(cap.TryEnter());
        Assert.True(cap.TryEnter());
        Assert.False(cap.TryEnter());
        cap.Leave();
        Assert.True(cap.TryEnter());
    }

    [Fact]
    public void ProcessCap_LetsSomebodyIn() => Assert.True(VisitorCap.OfProcess().TryEnter());
}

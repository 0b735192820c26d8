using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tunnels;

namespace Mport.Server.Tests.Tunnels;

public sealed class TunnelHoldTests
{
    [Fact]
    public void FreeTunnel_IsOpened() => Assert.Equal(TunnelHoldDecision.Open, TunnelHold.Decide(null, Session("b", 2), takeover: false));

    [Theory]
    [InlineData("a", false, "TakeOver")] // the same machine needs not ask
    [InlineData("b", false, "HeldElsewhere")]
    [InlineData("b", true, "TakeOver")]
    public void HeldTunnel_GoesToWhomItMay(string machine, bool takeover, string decision) =>
        Assert.Equal(Enum.Parse<TunnelHoldDecision>(decision), TunnelHold.Decide(Session("a", 1), Session(machine, 2), takeover));

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void OlderSession_NeverTakesOver(string machine) => // REL-40: the loser does not fight back
        Assert.Equal(TunnelHoldDecision.Fenced, TunnelHold.Decide(Session("a", 2), Session(machine, 1), takeover: true));

    [Fact]
    public void SameSession_IsToldThatItHasTheTunnel() =>
        Assert.Equal(TunnelHoldDecision.OpenInThisSession, TunnelHold.Decide(Session("a", 1), Session("a", 1), takeover: true));

    private static SessionIdentity Session(string machine, long generation) => new()
    {
        Id = $"ses_{generation}",
        Generation = generation,
        UserId = new UserId("usr_1"),
        Email = "a@b.example",
        TokenId = new TokenId("key_1"),
        ClientId = machine,
        Instance = $"{machine}-{generation}",
        Host = machine,
        Remote = new IPEndPoint(IPAddress.Loopback, 1),
    };
}

using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Groups;

namespace Mport.Server.Tests.Tunnels;

public sealed class TunnelHoldTests
{
    [Fact]
    public void FreeTunnel_IsOpened() => Assert.Equal(TunnelHoldDecision.Open, Decide(null, [], Session("b", 2)));

    [Theory]
    [InlineData("a", false, "TakeOver")] // the same machine needs not ask
    [InlineData("b", false, "HeldElsewhere")]
    [InlineData("b", true, "TakeOver")]
    public void HeldTunnel_GoesToWhomItMay(string machine, bool takeover, string decision) =>
        Assert.Equal(Enum.Parse<TunnelHoldDecision>(decision), Decide(null, [Session("a", 1)], Session(machine, 2), takeover: takeover));

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void OlderSession_NeverTakesOver(string machine) => // REL-40: the loser does not fight back
        Assert.Equal(TunnelHoldDecision.Fenced, Decide(null, [Session("a", 2)], Session(machine, 1), takeover: true));

    [Fact]
    public void SameSession_IsToldThatItHasTheTunnel() =>
        Assert.Equal(TunnelHoldDecision.OpenInThisSession, Decide(null, [Session("a", 1)], Session("a", 1), takeover: true));

    [Theory]
    [InlineData("a", 3)] // two processes side by side
    [InlineData("b", 3)]
    [InlineData("b", 1)] // different processes are in no order
    public void SameGroup_IsJoined(string machine, long generation) =>
        Assert.Equal(TunnelHoldDecision.Join, Decide("web", [Session("a", 2)], Session(machine, generation), "web"));

    [Fact]
    public void SameGroupWithTakeover_IsJoined() =>
        Assert.Equal(TunnelHoldDecision.Join, Decide("web", [Session("a", 1)], Session("b", 2), "web", takeover: true));

    [Theory]
    [InlineData(3, "Join")] // the process has a new session, whose old one is not known to be gone
    [InlineData(1, "Fenced")]
    public void SameProcessAgain_HasOnePlaceInItsGroup(long generation, string decision) => Assert.Equal(
        Enum.Parse<TunnelHoldDecision>(decision),
        Decide("web", [Session("a", 2) with { Instance = "x" }], Session("a", generation) with { Instance = "x" }, "web"));

    [Theory]
    [InlineData("shop", false, "HeldElsewhere")]
    [InlineData("shop", true, "TakeOver")]
    [InlineData(null, false, "HeldElsewhere")]
    [InlineData(null, true, "TakeOver")]
    public void OtherGroupOrNone_IsAsWithoutGroups(string? group, bool takeover, string decision) => Assert.Equal(
        Enum.Parse<TunnelHoldDecision>(decision), Decide("web", [Session("a", 1), Session("b", 2)], Session("b", 3), group, takeover));

    [Fact]
    public void GroupOfOneMachine_GoesToAProcessOfThatMachine() =>
        Assert.Equal(TunnelHoldDecision.TakeOver, Decide("web", [Session("a", 1), Session("a", 2)], Session("a", 3)));

    [Fact]
    public void HolderWithoutGroup_IsNotJoined() =>
        Assert.Equal(TunnelHoldDecision.HeldElsewhere, Decide(null, [Session("a", 1)], Session("b", 2), "web"));

    [Fact]
    public void OlderSessionThanOneMember_NeverTakesOver() => // REL-40
        Assert.Equal(TunnelHoldDecision.Fenced, Decide("web", [Session("a", 1), Session("b", 3)], Session("c", 2), takeover: true));

    [Fact]
    public void FullGroup_TakesNobodyButItsOwnProcessesAgain()
    {
        var members = Enumerable.Range(0, GroupTunnelLink.MaxMembers).Select(i => Session("a", i + 1)).ToList();

        Assert.Equal(TunnelHoldDecision.GroupFull, Decide("web", members, Session("b", 500), "web"));
        Assert.Equal(TunnelHoldDecision.Join, Decide("web", members, Session("a", 500) with { Instance = members[0].Instance }, "web"));
    }

    private static TunnelHoldDecision Decide(string? group, IReadOnlyList<SessionIdentity> holders, SessionIdentity newcomer, string? wanted = null, bool takeover = false) =>
        TunnelHold.Decide(group, holders, new TunnelNewcomer(newcomer, takeover, wanted));

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

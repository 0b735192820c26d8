using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts;

/// <summary>Ports of both protocols, and ports that were given up.</summary>
public abstract class PortClaimTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly PortRange _ports = new(20000, 20002);
    private TestStores _stores = null!;
    private UserId _ann;
    private UserId _bob;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _ann = (await _stores.AddUserAsync("ann@example.com")).Id;
        _bob = (await _stores.AddUserAsync("bob@example.com")).Id;
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task PortOfBothProtocols_IsFreeInNeither()
    {
        var both = await ClaimedAsync(Both(_ann, "perf") with { Port = 20001 });

        Assert.Equal((20001, 20001, 20001), (both.Port, both.TcpPort, both.UdpPort));
        Assert.Equal(both, await ClaimedAsync(Both(_ann, "perf")));
        await RefusedAsync(Tcp(_bob, "x") with { Port = 20001 }, TunnelErrors.PortTaken);
        await RefusedAsync(Udp(_bob, "x") with { Port = 20001 }, TunnelErrors.PortTaken);
    }

    [Theory]
    [InlineData(nameof(TunnelProto.Tcp))]
    [InlineData(nameof(TunnelProto.Udp))]
    public async Task PortHeldInOneProtocol_IsNoPortForBoth(string held)
    {
        await ClaimedAsync(Tcp(_ann, "one") with { Proto = Enum.Parse<TunnelProto>(held), Port = 20001 });

        await RefusedAsync(Both(_bob, "perf") with { Port = 20001 }, TunnelErrors.PortTaken);
        Assert.NotEqual(20001, (await ClaimedAsync(Both(_bob, "perf-1"))).Port);
        Assert.NotEqual(20001, (await ClaimedAsync(Both(_bob, "perf-2"))).Port);
        await RefusedAsync(Both(_bob, "perf-3"), TunnelErrors.NoPortFree);
    }

    [Fact]
    public async Task PortUsedByAnotherProgramInOneProtocol_IsNoPortForBoth()
    {
        var tunnel = await ClaimedAsync(Both(_ann, "perf") with { IsTcpPortUsable = port => port != 20000, IsUdpPortUsable = port => port != 20002 });

        Assert.Equal(20001, tunnel.Port);
    }

    [Fact]
    public async Task BothProtocols_GetANumberThatIsInBothRanges()
    {
        var claim = Both(_ann, "perf") with { UdpPorts = new PortRange(20002, 20009) };

        await RefusedAsync(claim with { Port = 20001 }, TunnelErrors.PortOutOfRange);
        await RefusedAsync(claim with { Port = 20003 }, TunnelErrors.PortOutOfRange);
        Assert.Equal(20002, (await ClaimedAsync(claim)).Port);
        await RefusedAsync(Both(_ann, "none") with { UdpPorts = new PortRange(30000, 30009) }, TunnelErrors.ProtocolNotOffered);
    }

    [Fact]
    public async Task PortsOfTwoOwnIdleTunnels_MoveToOneForBoth()
    {
        await ClaimedAsync(Tcp(_ann, "a") with { Port = 20001 });
        await ClaimedAsync(Udp(_ann, "b") with { Port = 20001 });

        Assert.Equal(20001, (await ClaimedAsync(Both(_ann, "perf") with { Port = 20001 })).Port);
        Assert.NotEqual(20001, (await ClaimedAsync(Tcp(_ann, "a"))).Port);
        Assert.NotEqual(20001, (await ClaimedAsync(Udp(_ann, "b"))).Port);
    }

    [Fact]
    public async Task SameNumberUnderAnotherKind_StaysWithItsTunnel()
    {
        var tcp = await ClaimedAsync(Tcp(_ann, "perf") with { Port = 20001 });

        Assert.Equal(tcp with { Proto = TunnelProto.TcpUdp }, await ClaimedAsync(Both(_ann, "perf") with { Port = 20001 }));
        await RefusedAsync(Udp(_bob, "x") with { Port = 20001 }, TunnelErrors.PortTaken);
    }

    [Fact]
    public async Task BothProtocols_RangeExhausted_TakeANumberThatIsAbandonedInBoth()
    {
        await ClaimedAsync(Tcp(_ann, "a"));
        var free = await ClaimedAsync(Both(_ann, "b"));
        await ClaimedAsync(Tcp(_ann, "c"));
        _stores.Time.Advance(TimeSpan.FromDays(31));

        Assert.Equal(free.Port, (await ClaimedAsync(Both(_bob, "perf") with { IsTcpPortUsable = port => port == free.Port })).Port);
    }

    // SEC-43: who still calls the port must not reach a stranger.
    [Fact]
    public async Task PortGivenUp_GoesToNoOtherAccountForADay()
    {
        await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20001 });
        await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20002 });

        await RefusedAsync(Tcp(_bob, "a") with { Port = 20001 }, TunnelErrors.PortTaken);
        await RefusedAsync(Both(_bob, "b") with { Port = 20001 }, TunnelErrors.PortTaken);
        Assert.Equal(20000, (await ClaimedAsync(Tcp(_bob, "c"))).Port);
        await RefusedAsync(Tcp(_bob, "d"), TunnelErrors.NoPortFree);
        Assert.Equal(20001, (await ClaimedAsync(Udp(_bob, "e") with { Port = 20001 })).Port);

        _stores.Time.Advance(TimeSpan.FromHours(24));

        Assert.Equal(20001, (await ClaimedAsync(Tcp(_bob, "a") with { Port = 20001 })).Port);
    }

    [Fact]
    public async Task PortGivenUp_IsItsAccountsAgainAtOnce()
    {
        await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20001 });
        await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20002 });
        await ClaimedAsync(Tcp(_ann, "db") with { Port = 20001 });
        await ClaimedAsync(Tcp(_ann, "db") with { Proto = TunnelProto.Http });

        Assert.Equal(20001, (await ClaimedAsync(Tcp(_ann, "git") with { Port = 20001 })).Port);
        await RefusedAsync(Tcp(_bob, "a") with { Port = 20001 }, TunnelErrors.PortTaken);
    }

    private static TunnelClaim Tcp(UserId user, string name) => new() { UserId = user, Name = name, Proto = TunnelProto.Tcp, TcpPorts = _ports, UdpPorts = _ports };

    private static TunnelClaim Udp(UserId user, string name) => Tcp(user, name) with { Proto = TunnelProto.Udp };

    private static TunnelClaim Both(UserId user, string name) => Tcp(user, name) with { Proto = TunnelProto.TcpUdp };

    private async Task<TunnelRecord> ClaimedAsync(TunnelClaim claim) =>
        Assert.IsType<TunnelClaimResult.Claimed>(await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None).Limited("a claim")).Tunnel;

    private async Task<Failure> RefusedAsync(TunnelClaim claim, ErrorDescription why)
    {
        var refused = Assert.IsType<TunnelClaimResult.Refused>(await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None).Limited("a refusal"));
        Assert.Equal(why.Code, refused.Failure.Code);
        return refused.Failure;
    }
}

public sealed class SqlitePortClaimTests() : PortClaimTests(StoreProvider.Sqlite);

public sealed class PostgresPortClaimTests() : PortClaimTests(StoreProvider.Postgres);

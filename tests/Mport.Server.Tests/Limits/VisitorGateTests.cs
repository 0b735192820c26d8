using System.Net;
using Mport.Protocol.Carriers;
using Mport.Server.Edge.Listeners;
using Mport.Server.Limits;
using Mport.Server.Tunnels;
using Mport.Testing;

namespace Mport.Server.Tests.Limits;

public sealed class VisitorGateTests
{
    private static readonly EdgeLimits Limits = new() { MaxVisitors = 100, MaxVisitorsPerAddress = 100, MaxVisitorsPerTunnel = 100, MaxVisitorsPerAccount = 100 };

    private readonly MemoryBudget _memory = new(1000);

    [Fact]
    public void InAll_AtTheLimitComesIn_OneMoreDoesNot_UntilOneLeaves() // REL-32
    {
        var gate = Gate(Limits with { MaxVisitors = 2 });
        using var first = Enter(gate, "10.0.0.1");
        var second = Enter(gate, "10.0.0.2");

        Refused(gate, VisitorRefusal.EdgeFull, "10.0.0.3");
        Assert.Equal(2, gate.Count);
        second.Dispose();

        using var third = Enter(gate, "10.0.0.3");
    }

    [Fact]
    public void OfOneAddress_TheLimitIsItsOwn()
    {
        var gate = Gate(Limits with { MaxVisitorsPerAddress = 2 });
        using var first = Enter(gate, "10.0.0.1");
        using var second = Enter(gate, "10.0.0.1", "tun_2", "usr_2");

        Refused(gate, VisitorRefusal.AddressFull, "10.0.0.1");
        using var other = Enter(gate, "10.0.0.2");
    }

    [Fact]
    public void OfIPv6_AWhole64IsOneAddress()
    {
        var gate = Gate(Limits with { MaxVisitorsPerAddress = 2 });
        using var first = Enter(gate, "2001:db8::1");
        using var second = Enter(gate, "2001:db8::ffff:2");

        Refused(gate, VisitorRefusal.AddressFull, "2001:db8::3");
        using var other = Enter(gate, "2001:db8:0:1::1");
    }

    [Fact]
    public void OneTunnelsLimit_IsNotAnothers() // SEC-46
    {
        var gate = Gate(Limits with { MaxVisitorsPerTunnel = 1 });
        using var first = Enter(gate, "10.0.0.1", "tun_1");

        Refused(gate, VisitorRefusal.TunnelFull, "10.0.0.1", "tun_1");
        using var other = Enter(gate, "10.0.0.1", "tun_2");
    }

    [Fact]
    public void OneAccountsLimit_IsNotAnothers() // SEC-46
    {
        var gate = Gate(Limits with { MaxVisitorsPerAccount = 2 });
        using var first = Enter(gate, "10.0.0.1", "tun_1", "usr_1");
        using var second = Enter(gate, "10.0.0.1", "tun_2", "usr_1");

        Refused(gate, VisitorRefusal.AccountFull, "10.0.0.1", "tun_3", "usr_1");
        using var other = Enter(gate, "10.0.0.1", "tun_4", "usr_2");
    }

    [Fact]
    public void WhoIsRefused_LeavesNothingTaken()
    {
        var gate = Gate(Limits with { MaxVisitorsPerAccount = 1, MaxVisitorsPerAddress = 2, MaxVisitorsPerTunnel = 2 });
        var only = Enter(gate, "10.0.0.1");
        for (var i = 0; i < 10; i++)
        {
            Refused(gate, VisitorRefusal.AccountFull, "10.0.0.1");
        }

        only.Dispose();
        Assert.Equal(0, gate.Count);
        using var again = Enter(gate, "10.0.0.1");
    }

    [Fact]
    public void MemoryNearlyUsedUp_TakesNobodyNew() // REL-36
    {
        var gate = Gate(Limits);
        Assert.True(_memory.TryTake(850));
        using var last = Enter(gate, "10.0.0.1");
        Assert.True(_memory.TryTake(1));

        Refused(gate, VisitorRefusal.MemoryLow, "10.0.0.2");
        _memory.Return(1);
        using var again = Enter(gate, "10.0.0.2");
    }

    private static VisitorGate.Place Enter(VisitorGate gate, string address, string tunnel = "tun_1", string account = "usr_1")
    {
        var place = gate.TryEnter(AddressBlock.Of(IPAddress.Parse(address)), tunnel, account, out var refusal);
        Assert.True(place is not null, $"refused: {refusal}");
        return place;
    }

    private static void Refused(VisitorGate gate, VisitorRefusal expected, string address, string tunnel = "tun_1", string account = "usr_1")
    {
        Assert.Null(gate.TryEnter(AddressBlock.Of(IPAddress.Parse(address)), tunnel, account, out var refusal));
        Assert.Equal(expected, refusal);
    }

    private VisitorGate Gate(EdgeLimits limits) => new(limits, _memory, new ManualTimeProvider());
}

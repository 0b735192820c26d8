using System.Net;
using System.Net.Sockets;
using Mport.Server.Tunnels.Udp;

namespace Mport.Server.Tests.Tunnels.Udp;

public sealed class UdpAddressTests
{
    [Theory]
    [InlineData("192.0.2.7", AddressFamily.InterNetwork)]
    [InlineData("192.0.2.7", AddressFamily.InterNetworkV6)]
    [InlineData("2001:db8::7", AddressFamily.InterNetworkV6)]
    [InlineData("fe80::1%3", AddressFamily.InterNetworkV6)]
    public void SystemsForm_IsReadAsItWasWritten(string text, AddressFamily family)
    {
        var address = IPAddress.Parse(text);
        var one = new UdpAddress(UdpAddress.BitsOf(address), 53, address.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)address.ScopeId : 0);
        var system = new byte[UdpAddress.MaxBytes];

        Assert.Equal(family == AddressFamily.InterNetwork ? 16 : 28, one.Write(system, family));
        Assert.Equal(one, UdpAddress.Read(system, family));
        Assert.Equal(new IPEndPoint(address, 53), one.ToEndPoint());

        // The same bytes as the framework's own.
        var framework = new IPEndPoint(family == AddressFamily.InterNetworkV6 ? address.MapToIPv6() : address, 53).Serialize();
        Assert.Equal(framework.Buffer.Span[2..16].ToArray(), system[2..16]);
    }

    [Theory]
    [InlineData("192.0.2.7", 1, true)]
    [InlineData("192.0.2.7", 0, false)]
    [InlineData("0.0.0.0", 1, false)]
    [InlineData("0.1.2.3", 1, false)]
    [InlineData("224.0.0.1", 1, false)]
    [InlineData("255.255.255.255", 1, false)]
    [InlineData("::", 1, false)]
    [InlineData("::1", 1, true)]
    [InlineData("ff02::1", 1, false)]
    public void SourcesThatNoVisitorCanHave_AreKnown(string address, int port, bool can) => // SEC-49
        Assert.Equal(can, new UdpAddress(UdpAddress.BitsOf(IPAddress.Parse(address)), (ushort)port, 0).CanBeVisitor);

    [Fact]
    public void Block_IsTheAddress_OrThe64OfIpv6()
    {
        Assert.NotEqual(Of("192.0.2.7").Block, Of("192.0.2.8").Block);
        Assert.Equal(Of("2001:db8::1").Block, Of("2001:db8::ffff:2").Block);
        Assert.NotEqual(Of("2001:db8::1").Block, Of("2001:db8:0:1::1").Block);

        static UdpAddress Of(string address) => new(UdpAddress.BitsOf(IPAddress.Parse(address)), 1, 0);
    }
}

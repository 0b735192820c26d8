using System.Net;
using Mport.Server.Edge.Proxies;
using Mport.Server.Tests.Edge.Kit;

namespace Mport.Server.Tests.Edge.Proxies;

public sealed class IpNetworksTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("10.0.0.0/8, 2001:db8::/32", "2001:db8::1", true)]
    [InlineData("0.0.0.0/0", "203.0.113.7", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void Address_LiesInANetworkOrNot(string networks, string address, bool expected) =>
        Assert.Equal(expected, Networks.Of(networks).Contains(IPAddress.Parse(address)));

    [Fact]
    public void NoNetwork_ContainsNothing() => Assert.False(IpNetworks.None.Contains(IPAddress.Loopback));

    [Theory]
    [InlineData("", "is none")]
    [InlineData("10.0.0.0/8,", "is none")]
    [InlineData("10.1", "is none")]
    [InlineData("010.0.0.1", "is none")]
    [InlineData("example.com", "is none")]
    [InlineData("fe80::1%eth0", "is none")]
    [InlineData("10.0.0.0/33", "0 to 32")]
    [InlineData("10.0.0.0/-1", "0 to 32")]
    [InlineData("10.0.0.0/", "0 to 32")]
    [InlineData("2001:db8::/129", "0 to 128")]
    [InlineData("10.0.0.1/8", "bits behind its first 8")]
    [InlineData("::ffff:10.0.0.0/104", "as an IPv4 network")]
    public void WhatIsNoNetwork_IsNamed(string text, string fault)
    {
        Assert.False(IpNetworks.TryParse(text, out _, out var told));
        Assert.Contains(fault, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IpNetworks.Most - 1, true)]
    [InlineData(IpNetworks.Most, true)]
    [InlineData(IpNetworks.Most + 1, false)]
    public void NumberOfNetworks_IsBounded(int count, bool expected) =>
        Assert.Equal(expected, IpNetworks.TryParse(string.Join(',', Enumerable.Repeat("10.0.0.0/8", count)), out _, out _));
}

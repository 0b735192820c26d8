using Mport.Server.Edge.Http;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tunnels;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>SEC-05: who a host belongs to, however it is written.</summary>
public sealed class HostNameTests
{
    [Theory]
    [InlineData("app.edge.test", "app.edge.test", false)]
    [InlineData("APP.Edge.TEST", "app.edge.test", false)]
    [InlineData("app.edge.test.", "app.edge.test", false)]
    [InlineData("app.edge.test:80", "app.edge.test", false)]
    [InlineData("app.edge.test.:65535", "app.edge.test", false)]
    [InlineData("app.edge.test:", "app.edge.test", false)]
    [InlineData("xn--bcher-kva.edge.test", "xn--bcher-kva.edge.test", false)]
    [InlineData("a_b.edge.test", "a_b.edge.test", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", true)]
    [InlineData("[::1]", "::1", true)]
    [InlineData("[2001:DB8:0:0::1]:443", "2001:db8::1", true)]
    [InlineData("127.1", "127.1", false)]
    [InlineData("2130706433", "2130706433", false)]
    [InlineData("0x7f.0.0.1", "0x7f.0.0.1", false)]
    [InlineData("010.0.0.1", "010.0.0.1", false)]
    [InlineData("256.0.0.1", "256.0.0.1", false)]
    public void WellFormedHost_IsNormalised(string text, string name, bool isAddress)
    {
        Assert.True(HostName.TryParse(text, out var host));
        Assert.Equal(new HostName(name, isAddress), host);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("app..edge.test")]
    [InlineData(".edge.test")]
    [InlineData("app.edge.test..")]
    [InlineData("app.edge.test:0")]
    [InlineData("app.edge.test:65536")]
    [InlineData("app.edge.test:99999")]
    [InlineData("app.edge.test:+80")]
    [InlineData("app.edge.test:8o")]
    [InlineData("app.edge.test:80:80")]
    [InlineData(":80")]
    [InlineData("me@app.edge.test")]
    [InlineData("app.edge.test/path")]
    [InlineData("app.edge.test?x")]
    [InlineData("app.edge.test#x")]
    [InlineData("app%2eedge.test")]
    [InlineData("app edge.test")]
    [InlineData("app.edge.test,other")]
    [InlineData("b\u00fccher.edge.test")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:0")]
    [InlineData("[127.0.0.1]")]
    [InlineData("[fe80::1%eth0]")]
    [InlineData("::1")]
    public void MalformedHost_IsRefused(string? text) => Assert.False(HostName.TryParse(text, out _));

    [Fact]
    public void LengthLimits_AreExact()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('a', 61)}";
        Assert.Equal(253, longest.Length);
        Assert.True(HostName.TryParse(longest + ".:65535", out _));
        Assert.False(HostName.TryParse(longest + "a", out _));
        Assert.True(HostName.TryParse(label, out _));
        Assert.False(HostName.TryParse(label + "a", out _));
    }

    [Theory]
    [InlineData("app.edge.test", "Tunnel")]
    [InlineData("APP.edge.test.:8080", "Tunnel")]
    [InlineData("edge.test", "Edge")]
    [InlineData("localhost:8080", "Edge")]
    [InlineData("10.0.0.1", "Edge")]
    [InlineData("[::1]:80", "Edge")]
    [InlineData("other.edge.test", "Nobody")]
    [InlineData("x.app.edge.test", "Nobody")]
    [InlineData("appedge.test", "Nobody")]
    [InlineData("app.edge.test.evil.example", "Nobody")]
    [InlineData("169.254.169.254.nip.example", "Nobody")]
    [InlineData("metadata.google.internal", "Nobody")]
    [InlineData("127.1", "Nobody")]
    [InlineData("app.edge.test:99999", "Malformed")]
    [InlineData("", "Malformed")]
    public void Host_HasOneOwner(string host, string owner)
    {
        var hosts = new HostTable("edge.test");
        HostTables.AddKnown(hosts, "app");
        var router = new HostRouter("edge.test", hosts);

        Assert.Equal(owner, router.Find(host, "/").Owner.ToString());
    }

    [Fact]
    public void AnyText_NeverThrows()
    {
        var random = new Random(7);
        const string Alphabet = "aZ09.-_:[]%@/ \0\u00ff\ud800";
        for (var round = 0; round < 100_000; round++)
        {
            var text = string.Create(random.Next(0, 40), random, static (span, from) =>
            {
                foreach (ref var c in span)
                {
                    c = Alphabet[from.Next(Alphabet.Length)];
                }
            });
            Assert.True(!HostName.TryParse(text, out var host) || host.Name.Length is > 0 and <= 253);
        }
    }
}

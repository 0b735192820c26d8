using System.Net;
using Mport.Protocol.ProxyProtocol;
using Mport.Server.Edge.Proxies;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Edge.Listeners;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Proxies;

/// <summary>PROXY protocol in front of the edge's own ports.</summary>
public sealed class ProxyHeaderGateTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: app.edge.test\r\nConnection: close\r\n\r\n";
    private static readonly IPEndPoint s_visitor = IPEndPoint.Parse("203.0.113.7:4321");
    private static readonly IPEndPoint s_public = IPEndPoint.Parse("198.51.100.1:443");
    private static readonly ProxyHeader s_header = ProxyHeader.Of(ProxyTransport.Stream, s_visitor, s_public);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task HttpRequestOfATrustedProxy_IsTheVisitors(int version)
    {
        await using var edge = await EdgeUnderTest.StartAsync(proxyHeadersFrom: "127.0.0.0/8");
        await AddTargetAsync(edge);
        using var visitor = await RawVisitor.ConnectAsync(edge.HttpPort);

        await visitor.SendAsync(version == 1 ? ProxyHeaderV1.Write(s_header) : ProxyHeaderV2.Write(s_header));
        var response = await visitor.AskAsync(Request);

        Assert.Contains("X-Forwarded-For: 203.0.113.7\r\n", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CarrierOfATrustedProxy_HasTheClientsAddress_AndItsClientHelloWhole()
    {
        await using var edge = await EdgeUnderTest.StartAsync(proxyHeadersFrom: "127.0.0.0/8");
        using var client = await RawVisitor.ConnectAsync(edge.TlsPort);

        await client.SendAsync((byte[])[.. ProxyHeaderV2.Write(s_header), .. RealClientHellos.OpenSsl]);

        var (accepted, ends) = await edge.Carriers.NextWithEndsAsync();
        Assert.Equal(new ConnectionEnds(s_visitor, s_public), ends);
        var bytes = new byte[RealClientHellos.OpenSsl.Length];
        Assert.Equal(bytes.Length, await accepted.ReceiveAsync(bytes).Limited("the ClientHello"));
        Assert.Equal(RealClientHellos.OpenSsl, bytes);
    }

    [Fact]
    public async Task HealthCheckOfATrustedProxy_IsItsOwn()
    {
        await using var edge = await EdgeUnderTest.StartAsync(proxyHeadersFrom: "127.0.0.1");
        await AddTargetAsync(edge);
        using var visitor = await RawVisitor.ConnectAsync(edge.HttpPort);

        await visitor.SendAsync(ProxyHeaderV2.Write(ProxyHeader.Unknown));
        var response = await visitor.AskAsync(Request);

        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeaderOfAnybodyElse_IsNotRead_SEC06()
    {
        await using var edge = await EdgeUnderTest.StartAsync(proxyHeadersFrom: "10.0.0.0/8");
        await AddTargetAsync(edge);
        using var visitor = await RawVisitor.ConnectAsync(edge.HttpPort);

        await visitor.SendAsync(ProxyHeaderV1.Write(s_header));
        var response = await visitor.AskAsync(Request);

        // To HTTP it is a bad request line.
        Assert.Equal(400, response.Status);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n")] // no header
    [InlineData("PROXY TCP4 203.0.113.7 198.51.100.1 4321 99999\r\n")]
    [InlineData("PROXY TCP4 " + "1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111")] // too long
    public async Task TrustedProxyWithoutAValidHeader_IsDropped_AndReported(string bytes)
    {
        await using var edge = await EdgeUnderTest.StartAsync(proxyHeadersFrom: "127.0.0.1");
        using var visitor = await RawVisitor.ConnectAsync(edge.HttpPort);

        await visitor.SendAsync(bytes);

        Assert.Equal("", await visitor.ReadToEndAsync());
        Assert.Contains(edge.Logs.Complaints, line => line.Contains("it sent no valid PROXY header", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TrustedProxyThatIsSilent_IsDroppedAfter5Seconds_CVE_2021_23409()
    {
        var time = new ManualTimeProvider();
        await using var edge = await EdgeUnderTest.StartAsync(time: time, proxyHeadersFrom: "127.0.0.1");
        using var visitor = await RawVisitor.ConnectAsync(edge.TlsPort);
        await visitor.SendAsync("PROXY TCP4 ");
        await time.WhenTimerAsync(due => due == ProxyHeaderGate.Limit).Limited("the limit of the header");

        time.Advance(ProxyHeaderGate.Limit);

        Assert.Equal("", await visitor.ReadToEndAsync());
        time.RunFreely();
    }

    private static async Task AddTargetAsync(EdgeUnderTest edge)
    {
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Services;

/// <summary>A visitor's real address, as a real nginx behind or in front of the tunnel sees it.</summary>
public sealed class ClientAddressTests(SharedEdge shared)
{
    private const string Visitor = "127.0.0.9";

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task NginxBehindATcpTunnel_LearnsTheVisitorFromThePROXYHeader(string version)
    {
        await using var nginx = await NginxServer.StartAsync("proxy_protocol", """return 200 "$proxy_protocol_addr $proxy_protocol_server_addr:$proxy_protocol_server_port";""");
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, nginx.Port, "--proxy-protocol", version);

        Assert.EndsWith($"{Visitor} 127.0.0.1:{tunnel.Url.Port}", await AskAsync(tunnel.Url.Port, "any.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpTunnel_RefusesThePROXYHeader()
    {
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(shared.Edge, home, "http", "3000", "--proxy-protocol", "2");

        Assert.InRange(await client.ExitAsync(), 2, 3);
    }

    [Fact]
    public async Task EdgeBehindATrustedNginx_TellsTheTargetTheVisitorThatNginxSaw()
    {
        await using var edge = await EdgeProcess.StartAsync("--trusted-proxies", "127.0.0.1");
        await using var target = await NginxServer.StartAsync("", """return 200 "$http_x_forwarded_for";""");
        await using var front = await NginxServer.StartAsync(
            "",
            $$"""location / { proxy_pass http://127.0.0.1:{{edge.HttpPort}}; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }""");
        await using var tunnel = await ServedTunnel.HttpAsync(edge, target.Port, "--subdomain", "app");

        Assert.EndsWith($"{Visitor}, 127.0.0.1", await AskAsync(front.Port, "app.localhost", "X-Forwarded-For: 6.6.6.6\r\n"), StringComparison.Ordinal);
        // Past the proxy, the visitor's own word counts for nothing.
        Assert.EndsWith($"\r\n{Visitor}", await AskAsync(edge.HttpPort, "app.localhost", "X-Forwarded-For: 6.6.6.6\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EdgeBehindAProxyThatSendsHeaders_CountsItsVisitorsAsThemselves()
    {
        await using var edge = await EdgeProcess.StartAsync("--proxy-protocol-from", Visitor);
        await using var nginx = await NginxServer.StartAsync("proxy_protocol", """return 200 "$proxy_protocol_addr";""");
        await using var tunnel = await ServedTunnel.TcpAsync(edge, nginx.Port, "--proxy-protocol", "2");

        Assert.EndsWith("\r\n203.0.113.7", await AskAsync(tunnel.Url.Port, "any.example", before: "PROXY TCP4 203.0.113.7 198.51.100.1 4321 80\r\n"), StringComparison.Ordinal);
        Assert.Equal("", await AskAsync(tunnel.Url.Port, "any.example"));
    }

    // A whole answer; empty when the connection was reset.
    private static async Task<string> AskAsync(int port, string host, string headers = "", string before = "")
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Visitor), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port).Limited($"a connection to port {port}");
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{before}GET / HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n"));
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer).Limited("the answer") is > 0 and var count)
            {
                answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            return "";
        }

        return answer.ToString();
    }
}

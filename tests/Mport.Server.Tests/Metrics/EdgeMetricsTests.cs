using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Control;
using Mport.Protocol.Identity;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Metrics;

/// <summary>The whole edge counts what passes through it.</summary>
public sealed class EdgeMetricsTests
{
    [Fact]
    public async Task SessionTunnelAndVisitor_ShowWithTheirBytes()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "adb", Proto = "tcp" }));
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(IPAddress.Loopback, new Uri(opened.Urls[0]).Port).Limited("a visitor");
        await visitor.SendAsync("ping"u8.ToArray());
        var (_, stream) = await client.VisitorAsync();
        var buffer = new byte[10];
        Assert.Equal(4, await stream.ReadAsync(buffer, default).Limited("the visitor's bytes"));
        await stream.WriteAsync("pong!"u8.ToArray(), default);
        Assert.Equal(5, await visitor.ReceiveAsync(buffer).Limited("the answer"));

        var text = await ReadAsync(edge);

        Assert.Contains("mport_sessions_active 1\n", text, StringComparison.Ordinal);
        Assert.Contains("mport_sessions_began_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("mport_sessions_handshake_duration_seconds_count 1\n", text, StringComparison.Ordinal);
        Assert.Contains("mport_sessions_streams 2\n", text, StringComparison.Ordinal);
        Assert.Contains("mport_tunnels_open 1\n", text, StringComparison.Ordinal);
        Assert.Contains("mport_tunnels_visitors 1\n", text, StringComparison.Ordinal);
        Assert.Contains("mport_tunnels_traffic_bytes_total{direction=\"in\"} 4\n", text, StringComparison.Ordinal);
        Assert.Matches("mport_tunnels_traffic_bytes_total\\{direction=\"out\"\\} [1-9]", text);
        Assert.Matches("mport_process_memory_bytes [1-9]", text);
    }

    [Fact]
    public async Task WrongToken_IsCountedByItsCode()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        var (transport, answer) = await WireClient.GreetAsync(edge, WireClient.Greeting(AccessToken.Create(Ulid.Create(TimeProvider.System))));
        await using (transport)
        {
            Assert.NotNull(answer.Refused);
            Assert.Contains($"mport_sessions_refused_total{{code=\"{answer.Refused.Code}\"}} 1\n", await ReadAsync(edge), StringComparison.Ordinal);
        }
    }

    private static async Task<string> ReadAsync(RunningTestEdge edge)
    {
        using var visitor = await RawVisitor.ConnectAsync(edge.Http.Port);
        return (await visitor.AskAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")).Body;
    }
}

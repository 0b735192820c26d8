using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Control;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Limits;

/// <summary>Crowds of hostile connections on every port, and honest ones among them.</summary>
public sealed class CrowdTests
{
    private const int Crowd = 500;

    [Fact]
    public async Task SilentConnectionsOnEveryPort_ShutNobodyOut() // SEC-20, SEC-119, REL-44
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var port = PortOf(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "adb", Proto = "tcp" }));
        using var crowd = new Crowds();
        await crowd.ConnectAsync(edge.Tls.Port, 3 * Crowd);
        await crowd.ConnectAsync(edge.Http.Port, Crowd);
        await crowd.ConnectAsync(port, Crowd);
        // The client takes what comes on its tunnel's port, and nobody says anything.
        for (var i = 0; i < Crowd; i++)
        {
            await client.VisitorAsync();
        }

        var began = Stopwatch.StartNew();
        await using var fresh = await WireClient.ConnectAsync(edge, "machine-2");
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(IPAddress.Loopback, port).Limited("a fresh visitor");
        await visitor.SendAsync("ping"u8.ToArray());
        var (_, stream) = await client.VisitorAsync();
        Assert.Equal(4, await stream.ReadAsync(new byte[10], CancellationToken.None).Limited("the fresh visitor's bytes"));
        using var browser = await RawVisitor.ConnectAsync(edge.Http.Port);
        Assert.Equal(200, (await browser.AskAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")).Status);

        Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"A fresh client and two fresh visitors took {began.Elapsed}.");
    }

    [Fact]
    public async Task SlowHeadersAndSlowBodies_LeaveRoomForOthers() // SEC-119
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            // Answers what has no body; the others it goes on reading.
            while (await HttpScripts.ReadHeadAsync(socket, stop) is { Length: > 0 } head)
            {
                if (head.StartsWith("POST", StringComparison.Ordinal))
                {
                    await HttpScripts.DrainAsync(socket, stop);
                    return;
                }

                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), SocketFlags.None, stop);
            }
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var crowd = new Crowds();
        await crowd.ConnectAsync(edge.HttpPort, Crowd, "GET / HTTP/1.1\r\nHost: app.edge.test\r\nX-Slow: a"u8.ToArray());
        await crowd.ConnectAsync(edge.HttpPort, Crowd, "POST / HTTP/1.1\r\nHost: app.edge.test\r\nContent-Length: 1000000\r\n\r\nabc"u8.ToArray());

        using var visitor = await edge.ConnectAsync();
        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.Equal((200, "ok"), (response.Status, response.Body));
    }

    [Fact]
    public async Task SlowHeaders_EndAtTheirDeadline() // SEC-119
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();
        var began = Stopwatch.StartNew();
        await visitor.SendAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\nX-Slow: a");

        var response = await visitor.ReadResponseAsync();

        Assert.Equal(408, response.Status);
        Assert.InRange(began.Elapsed.TotalSeconds, 10, 40);
    }

    private static int PortOf(ControlMessage opened) => new Uri(Assert.IsType<TunnelOpened>(opened).Urls[0]).Port;

    private sealed class Crowds : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public async Task ConnectAsync(int port, int count, byte[]? first = null)
        {
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, port).Limited($"connection {i} of a crowd");
                if (first is not null)
                {
                    await socket.SendAsync(first);
                }
            }
        }

        public void Dispose() => _sockets.ForEach(socket =>
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        });
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Mport.Protocol.Streams;
using Mport.Testing;

namespace Mport.Client.Tests;

public sealed class ProxyProtocolTests
{
    private static readonly IPEndPoint s_visitor = IPEndPoint.Parse("203.0.113.7:4321");
    private static readonly IPEndPoint s_public = IPEndPoint.Parse("198.51.100.1:20001");

    [Theory]
    [InlineData(1, "PROXY TCP4 203.0.113.7 198.51.100.1 4321 20001\r\n")]
    [InlineData(2, "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c\u00cb\0\u0071\u0007\u00c6\u0033\u0064\u0001\u0010\u00e1\u004e\u0021")]
    public async Task Target_GetsTheHeaderBeforeTheVisitorsFirstByte(int version, string header) =>
        Assert.Equal(header + "hello", await FirstBytesAsync(version, StreamKind.Tcp, s_public, "hello", header.Length + 5));

    [Fact]
    public async Task TargetThatSpeaksFirst_GetsTheHeaderAtOnce() =>
        Assert.Equal("PROXY TCP4 203.0.113.7 198.51.100.1 4321 20001\r\n", await FirstBytesAsync(1, StreamKind.Tcp, s_public, "", 48));

    [Fact]
    public async Task EdgeThatDoesNotTellThePublicAddress_GivesTheUnspecifiedOne() =>
        Assert.Equal("PROXY TCP4 203.0.113.7 0.0.0.0 4321 0\r\n", await FirstBytesAsync(1, StreamKind.Tcp, null, "", 39));

    [Fact]
    public async Task SharedConnection_HasAHeaderThatNamesNobody() =>
        Assert.Equal("PROXY UNKNOWN\r\n", await FirstBytesAsync(1, StreamKind.Http, s_public, "", 15));

    [Fact]
    public async Task WithoutTheOption_NothingIsAdded() => Assert.Equal("hello", await FirstBytesAsync(null, StreamKind.Tcp, s_public, "hello", 5));

    [Theory]
    [InlineData(TunnelKind.Http, 1)]
    [InlineData(TunnelKind.Http, 2)]
    [InlineData(TunnelKind.Udp, 1)]
    [InlineData(TunnelKind.TcpUdp, 1)]
    [InlineData(TunnelKind.Tcp, 0)]
    [InlineData(TunnelKind.Tcp, 3)]
    public void HeaderThatTheTunnelCannotHave_IsRefused(TunnelKind kind, int version)
    {
        var options = RunningClient.Options(1, null, RunningClient.Tcp(9) with { Kind = kind, ProxyProtocol = version });
        Assert.Contains("PROXY", Assert.Throws<ArgumentException>(() => new TunnelClient(options, new EventLog(), TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private static async Task<string> FirstBytesAsync(int? version, StreamKind kind, IPEndPoint? reached, string visitorSays, int count)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = ScriptedServer.Start(async (socket, stop) =>
        {
            var bytes = new byte[count];
            for (var read = 0; read < count;)
            {
                read += await socket.ReceiveAsync(bytes.AsMemory(read), SocketFlags.None, stop);
            }

            seen.SetResult(Encoding.Latin1.GetString(bytes));
        });
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port) with { ProxyProtocol = version });
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var prelude = new StreamPrelude { Kind = kind, Tunnel = 1, Visitor = kind == StreamKind.Tcp ? s_visitor : null, Public = reached };
        var stream = await session.Carrier.OpenStreamAsync(prelude.ToBytes(), default).Limited("a visitor's stream");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(visitorSays), default).Limited("what the visitor says");
        return await seen.Task.Limited("the target's first bytes");
    }
}

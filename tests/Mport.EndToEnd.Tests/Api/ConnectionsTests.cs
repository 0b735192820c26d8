using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Udp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Api;

/// <summary>Who is with a tunnel now is listed, and can be sent away.</summary>
public sealed class ConnectionsTests : IAsyncLifetime
{
    private EdgeProcess? _edge;

    private EdgeProcess Edge => _edge ?? throw new InvalidOperationException("The edge has not started.");

    public async ValueTask InitializeAsync() => _edge = await EdgeProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
            _edge.AssertNoErrorLogged();
        }
    }

    [Fact]
    public async Task HttpAnswerUnderWay_IsListed_AndBreaksOffWhenItIsEnded()
    {
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(Edge, target.Port);
        using var visitor = new WebVisitor(Edge);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(tunnel.Url, "/events"));
        using var answer = await visitor.SendAsync(request);

        var (path, shown) = await OnlyOneAsync();
        Assert.Equal("http", shown.GetProperty("proto").GetString());
        Assert.StartsWith("127.0.0.1:", shown.GetProperty("visitor").GetString(), StringComparison.Ordinal);
        await new Curl(Edge).SendAsync("DELETE", $"{path}/{shown.GetProperty("id").GetString()}");

        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync().Limited("the end of an answer that was ended through the API"));
        Assert.True((await visitor.GetAsync(new Uri(tunnel.Url, "/hello"))).Status == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("POST", "/stop")]
    [InlineData("DELETE", "")]
    public async Task StoppedOrDeletedTunnel_BreaksAnswersOff(string method, string step)
    {
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(Edge, target.Port);
        using var visitor = new WebVisitor(Edge);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(tunnel.Url, "/events"));
        using var answer = await visitor.SendAsync(request);
        var curl = new Curl(Edge);

        await curl.SendAsync(method, $"tunnels/{Assert.Single(await curl.IdsAsync("tunnels"))}{step}");

        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync().Limited("the end of an answer whose tunnel is gone"));
    }

    [Fact]
    public async Task UdpVisitor_IsListed_AndComesAgainAsAnotherWhenItIsEnded()
    {
        await using var echo = new UdpEcho();
        await using var tunnel = await ServedTunnel.UdpAsync(Edge, echo.Port);
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await visitor.ConnectAsync("127.0.0.1", tunnel.Url.Port);
        await AskAsync(visitor);

        var (path, first) = await OnlyOneAsync();
        await new Curl(Edge).SendAsync("DELETE", $"{path}/{first.GetProperty("id").GetString()}");
        await AskAsync(visitor);
        var (_, second) = await OnlyOneAsync();

        Assert.Equal("udp", first.GetProperty("proto").GetString());
        Assert.Equal(visitor.LocalEndPoint?.ToString(), first.GetProperty("visitor").GetString());
        Assert.Equal((4, 4), (first.GetProperty("bytes_in").GetInt64(), first.GetProperty("bytes_out").GetInt64()));
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    private static async Task AskAsync(Socket visitor)
    {
        var answer = new byte[16];
        await visitor.SendAsync("ping"u8.ToArray());
        Assert.Equal(4, await visitor.ReceiveAsync(answer).Limited("the echo"));
    }

    private async Task<(string Path, JsonElement Connection)> OnlyOneAsync()
    {
        var curl = new Curl(Edge);
        var path = $"tunnels/{Assert.Single(await curl.IdsAsync("tunnels"))}/connections";
        return (path, Assert.Single((await curl.SendAsync("GET", path)).GetProperty("data").EnumerateArray()));
    }
}

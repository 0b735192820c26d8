using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Control;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Tunnels.Connections;

public sealed class ConnectionsApiTests : IAsyncLifetime
{
    private RunningTestEdge? _edge;
    private ApiUser? _owner;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Owner => _owner ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync();
        _owner = new ApiUser(_edge, _edge.Token);
    }

    public ValueTask DisposeAsync()
    {
        Owner.Dispose();
        return Edge.DisposeAsync();
    }

    [Fact]
    public async Task Visitor_IsListedWithItsAddressAndBytes_AndEndsAlone()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = await OpenAsync(client);
        using var first = await VisitAsync(client, opened);
        using var second = await VisitAsync(client, opened);
        var path = $"/api/v1/tunnels/{opened.Tunnel}/connections";

        var list = await Owner.GetAsync(path + "?sort=created_at&q=" + Uri.EscapeDataString(first.LocalEndPoint?.ToString() ?? ""));
        var shown = Assert.Single(list.Json.GetProperty("data").EnumerateArray());
        var ended = await Owner.DeleteAsync($"{path}/{shown.GetProperty("id").GetString()}");

        Assert.Equal("tcp", shown.GetProperty("proto").GetString());
        Assert.Equal(first.LocalEndPoint?.ToString(), shown.GetProperty("visitor").GetString());
        Assert.Equal(4, shown.GetProperty("bytes_in").GetInt64());
        Assert.Equal(204, ended.Status);
        await Assert.ThrowsAsync<SocketException>(() => first.ReceiveAsync(new byte[1]).Limited("the visitor to be cut off"));
        await second.SendAsync("more"u8.ToArray());
        Assert.Equal(404, (await Owner.DeleteAsync(path + "/con_00000000000000000000000000")).Status);
    }

    [Fact]
    public async Task List_GoesOnAtItsCursor()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = await OpenAsync(client);
        using var first = await VisitAsync(client, opened);
        using var second = await VisitAsync(client, opened);
        var path = $"/api/v1/tunnels/{opened.Tunnel}/connections?limit=1";

        var page = await Owner.GetAsync(path);
        var rest = await Owner.GetAsync(path + "&cursor=" + Uri.EscapeDataString(page["next_cursor"] ?? ""));

        string?[] visitors = [.. page.Json.GetProperty("data").EnumerateArray().Concat(rest.Json.GetProperty("data").EnumerateArray()).Select(one => one.GetProperty("visitor").GetString())];
        Assert.Equal(new[] { first.LocalEndPoint?.ToString(), second.LocalEndPoint?.ToString() }.Order(), visitors.Order());
        Assert.False(rest.Json.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task AnotherAccount_NeitherSeesNorEndsThem() // SEC-40
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = await OpenAsync(client);
        using var visitor = await VisitAsync(client, opened);
        using var ann = new ApiUser(Edge, await Edge.AddAccountAsync("ann@example.com"));
        var path = $"/api/v1/tunnels/{opened.Tunnel}/connections";
        var id = (await Owner.GetAsync(path)).Json.GetProperty("data")[0].GetProperty("id").GetString();
        var hers = (await ann.PostAsync("/api/v1/tunnels", """{"name":"hers","proto":"tcp"}"""))["id"];

        Assert.Equal(404, (await ann.GetAsync(path)).Status);
        Assert.Equal(404, (await ann.DeleteAsync($"{path}/{id}")).Status);
        Assert.Equal(404, (await ann.DeleteAsync($"/api/v1/tunnels/{hers}/connections/{id}")).Status);
        Assert.Equal(1, (await Owner.GetAsync(path)).Json.GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("POST", "/stop")]
    [InlineData("DELETE", "")]
    public async Task StoppedOrDeletedTunnel_CutsItsVisitorsOff(string method, string step)
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = await OpenAsync(client);
        using var visitor = await VisitAsync(client, opened);

        await Owner.SendAsync(method, $"/api/v1/tunnels/{opened.Tunnel}{step}");

        await Assert.ThrowsAsync<SocketException>(() => visitor.ReceiveAsync(new byte[1]).Limited("the visitor to be cut off"));
    }

    private static async Task<TunnelOpened> OpenAsync(WireClient client) =>
        Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "adb", Proto = "tcp" }));

    private static async Task<Socket> VisitAsync(WireClient client, TunnelOpened opened)
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(IPAddress.Loopback, new Uri(opened.Urls[0]).Port).Limited("the visitor to connect");
        await visitor.SendAsync("ping"u8.ToArray());
        var (_, stream) = await client.VisitorAsync();
        Assert.Equal(4, await stream.ReadAsync(new byte[10], default).Limited("the visitor's bytes"));
        return visitor;
    }
}

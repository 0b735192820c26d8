using System.Net;
using System.Net.Http;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Domains;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Domains;

/// <summary>A client that opens a tunnel with a custom domain, on an edge with a clock that the test moves.</summary>
public sealed class DomainTunnelTests : IAsyncLifetime
{
    private static readonly OpenTunnel Shop = new() { Request = 0, Name = "shop", Proto = "http", Target = "127.0.0.1:3000", Domains = ["shop.example.com"] };

    private readonly DnsRecords _dns = DnsRecords.Start();
    private readonly SteppedClock _clock = new(TimeProvider.System);
    private RunningTestEdge? _edge;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync() =>
        _edge = await RunningTestEdge.StartAsync(time: _clock, change: settings => settings with { Domain = "localhost", DnsServer = _dns.EndPoint });

    public async ValueTask DisposeAsync()
    {
        await Edge.DisposeAsync();
        await _dns.DisposeAsync();
    }

    [Fact]
    public async Task DomainThatIsNotProven_IsRefusedWithTheRecordToSet_AndOpensAsSoonAsItIsThere()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var refused = Assert.IsType<TunnelRefused>(await client.OpenAsync(Shop));
        Assert.Equal((DomainErrors.DomainNotProven.Code.ToString(), true), (refused.Code, refused.Retry));
        Assert.Contains("_mport-challenge.shop.example.com TXT", refused.Text);

        _dns.SetText("_mport-challenge.shop.example.com", TokenIn(refused.Text));
        Assert.IsType<AskAgain>(await client.NextAsync());
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Shop));

        Assert.Equal([$"http://shop.example.com:{Edge.Http.Port}", $"https://shop.example.com:{Edge.Tls.Port}"], opened.Urls);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAfterEndAsync(client));
    }

    [Fact]
    public async Task DomainThatIsRemoved_EndsItsTunnel_AndIsUnknownAtOnce()
    {
        await using var client = await OpenedAsync();
        using var owner = new ApiUser(Edge, Edge.Token);
        var id = (await owner.GetAsync("/api/v1/domains")).Json.GetProperty("data")[0].GetProperty("id").GetString();

        Assert.Equal(204, (await owner.DeleteAsync($"/api/v1/domains/{id}")).Status);

        Assert.False(Assert.IsType<TunnelClosed>(await client.NextAsync()).Retry);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync());
    }

    [Fact]
    public async Task DomainWhoseProofIsGoneForAWeek_LeadsNowhere() // SEC-45
    {
        await using var client = await OpenedAsync();
        using var owner = new ApiUser(Edge, Edge.Token);
        _dns.Remove("_mport-challenge.shop.example.com");

        await StepUntilAsync(DomainWatch.Again, "domain.proof_missing", owner);
        Assert.Equal("proven", (await owner.GetAsync("/api/v1/domains")).Json.GetProperty("data")[0].GetProperty("state").GetString());
        await StepUntilAsync(DomainWatch.Forbearance + TimeSpan.FromMinutes(1), "domain.lost", owner);

        Assert.Equal(DomainErrors.ProofGone.Code.ToString(), Assert.IsType<TunnelClosed>(await client.NextAsync()).Code);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync());
    }

    // The stream is open before the clock moves, so that nothing is missed.
    private async Task StepUntilAsync(TimeSpan by, string kind, ApiUser owner)
    {
        using var feed = await owner.FollowAsync("/api/v1/events/stream");
        using var reader = new StreamReader(await feed.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        _clock.Step(by);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Limited($"the event {kind}") is { } line && !line.Contains(kind, StringComparison.Ordinal))
        {
        }
    }

    private static string TokenIn(string text) => text.Split('"')[1];

    private async Task<WireClient> OpenedAsync()
    {
        var client = await WireClient.ConnectAsync(Edge);
        _dns.SetText("_mport-challenge.shop.example.com", TokenIn(Assert.IsType<TunnelRefused>(await client.OpenAsync(Shop)).Text));
        Assert.IsType<AskAgain>(await client.NextAsync());
        Assert.IsType<TunnelOpened>(await client.OpenAsync(Shop));
        return client;
    }

    private async Task<HttpStatusCode> StatusAfterEndAsync(WireClient client)
    {
        client.Carrier.Close(Failure.Of(ProtocolErrors.SessionClosed));
        await client.Run.Limited("the session's end");
        return await StatusAsync();
    }

    private async Task<HttpStatusCode> StatusAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Edge.Http}/") { Headers = { Host = "shop.example.com" } };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken).Limited("the answer");
        return response.StatusCode;
    }
}

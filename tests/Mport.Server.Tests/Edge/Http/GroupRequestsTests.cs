using System.Net;
using Microsoft.AspNetCore.Http;
using Mport.Protocol.Streams;
using Mport.Server.Accounts;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Groups;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>Requests to a tunnel that several clients share.</summary>
public sealed class GroupRequestsTests : IAsyncLifetime
{
    private readonly GroupTunnelLink _group = new(new TunnelRecord(new TunnelId("tun_1"), "web", TunnelProto.Http, "app", null), new UserId("usr_1"), "web");
    private EdgeUnderTest _edge = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await EdgeUnderTest.StartAsync();
        _client = _edge.CreateClient("app");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _edge.DisposeAsync();
        _group.Dispose();
    }

    [Fact]
    public async Task Requests_AreSpreadOverTheMembers()
    {
        await AddAsync("one");
        await AddAsync("two");

        Assert.Equal(["one", "two"], (await AskAsync(6)).Distinct().Order());
    }

    [Fact]
    public async Task MemberWhoseTargetRefuses_CostsNoRequest_AlsoWithABody()
    {
        var down = await AddAsync("one");
        await AddAsync("two");
        down.Refusal = new StreamAnswer(StreamStatus.Refused, "Nothing listens.");

        for (var i = 0; i < 4; i++)
        {
            using var answer = await _client.PostAsync(new Uri("/", UriKind.Relative), new StringContent("to be echoed")).Limited("an answer");
            Assert.Equal((HttpStatusCode.OK, "two: to be echoed"), (answer.StatusCode, await answer.Content.ReadAsStringAsync().Limited("a body")));
        }

        Assert.InRange(down.Opened, 1, 4);
        Assert.Empty(_edge.Logs.Complaints);
    }

    [Fact]
    public async Task MemberThatHasEnded_CostsNoRequest()
    {
        var gone = await AddAsync("one");
        await AddAsync("two");
        Assert.Equal(["one", "two"], (await AskAsync(4)).Distinct().Order());

        await gone.BreakAsync();

        Assert.All(await AskAsync(6), answer => Assert.Equal("two", answer));
    }

    [Fact]
    public async Task AllTargetsRefuse_TheLastOnesPageIsShown()
    {
        (await AddAsync("one")).Refusal = new StreamAnswer(StreamStatus.Refused, "Nothing listens.");
        (await AddAsync("two")).Refusal = new StreamAnswer(StreamStatus.Refused, "Nothing listens.");
        using var visitor = await _edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.Equal(502, response.Status);
        Assert.StartsWith("MP-3003 The local service does not answer. Nothing listens.", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllMembersIll_Gets503WithRetryAfter()
    {
        (await AddAsync("one")).SetHealth(false);
        (await AddAsync("two")).SetHealth(false);
        using var visitor = await _edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.Equal((503, "5"), (response.Status, Assert.Single(response.Headers["Retry-After"])));
        Assert.StartsWith("MP-3018", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IllTargetWithoutAGroup_IsNotAsked()
    {
        var target = _edge.Own(await WebTarget.StartAsync(context => context.Response.WriteAsync("here")));
        var tunnel = await _edge.AddTunnelAsync("app", target.Port);
        tunnel.SetHealth(false);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _client.GetAsync(new Uri("/", UriKind.Relative)).Limited("an answer")).StatusCode);
        Assert.Equal(0, tunnel.Opened);
        tunnel.SetHealth(true);
        Assert.Equal("here", await _client.GetStringAsync(new Uri("/", UriKind.Relative)).Limited("an answer"));
    }

    // A request of which something was sent may have been carried out: it is not sent twice.
    [Fact]
    public async Task TargetThatBreaksOffAfterTheRequest_IsNotTriedElsewhere()
    {
        var asked = 0;
        for (var i = 0; i < 2; i++)
        {
            await AddAsync(context =>
            {
                Interlocked.Increment(ref asked);
                context.Abort();
                return Task.CompletedTask;
            });
        }

        using var answer = await _client.PostAsync(new Uri("/", UriKind.Relative), new StringContent("once")).Limited("an answer");

        Assert.Equal((HttpStatusCode.BadGateway, 1), (answer.StatusCode, asked));
    }

    private Task<LoopbackTunnel> AddAsync(string name) => AddAsync(async context =>
    {
        using var body = new StreamReader(context.Request.Body);
        var text = await body.ReadToEndAsync();
        await context.Response.WriteAsync(text.Length > 0 ? $"{name}: {text}" : name);
    });

    private async Task<LoopbackTunnel> AddAsync(RequestDelegate answer)
    {
        var target = _edge.Own(await WebTarget.StartAsync(answer));
        var member = await _edge.AddTunnelAsync("unused", target.Port);
        _group.Add(member, member.TunnelId, sticky: false);
        _edge.Hosts.SetOnline("app", _group);
        return member;
    }

    private async Task<List<string>> AskAsync(int times)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            answers.Add(await _client.GetStringAsync(new Uri("/", UriKind.Relative)).Limited("an answer"));
        }

        return answers;
    }
}

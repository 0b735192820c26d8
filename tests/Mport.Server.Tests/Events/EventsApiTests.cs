using System.Net.Http;
using System.Text.Json;
using Mport.Protocol.Control;
using Mport.Server.Accounts;
using Mport.Server.Events;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Events;

/// <summary>Events over the API of a whole edge.</summary>
public abstract class EventsApiTests(StoreProvider provider)
{
    private static readonly OpenTunnel Adb = new() { Request = 0, Name = "adb", Proto = "tcp" };

    [Fact]
    public async Task SessionAndTunnel_StandInTheEvents_AndTheClaimInTheAudit()
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        await using (var client = await WireClient.ConnectAsync(edge))
        {
            Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb));
        }

        using var owner = new ApiUser(edge, edge.Token);
        await Within.UntilAsync(async () => (await KindsAsync(owner, "/api/v1/events")).Contains("session.ended"), "the end of the session in the events");

        Assert.Equal(["session.started", "tunnel.created", "tunnel.opened", "tunnel.closed", "session.ended"], await KindsAsync(owner, "/api/v1/events?sort=at"));
        Assert.Equal(["tunnel.created"], await KindsAsync(owner, "/api/v1/audit"));
        var closed = (await owner.GetAsync("/api/v1/events?kind=tunnel.closed")).Json.GetProperty("data")[0];
        Assert.Equal(("adb", "The session ended."), (closed.GetProperty("subject").GetProperty("name").GetString(), closed.GetProperty("reason").GetString()));
        Assert.Equal("token", closed.GetProperty("actor").GetProperty("kind").GetString());
        Assert.Equal("127.0.0.1", closed.GetProperty("address").GetString());
    }

    [Fact]
    public async Task Pages_FollowEachOtherWithoutGapOrRepetition()
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        await RecordAsync(edge, 7);
        using var owner = new ApiUser(edge, edge.Token);
        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await owner.GetAsync($"/api/v1/events?kind=user.&limit=3{(cursor is null ? "" : "&cursor=" + cursor)}")).Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("reason").GetString()));
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], seen);
    }

    [Theory]
    [InlineData("/api/v1/events")]
    [InlineData("/api/v1/audit")]
    [InlineData("/api/v1/usage")]
    [InlineData("/api/v1/quotas")]
    public async Task AnotherAccountsBooks_AreNotThere_ForAMember_AndAllAreForAnAdministratorOrAuditor(string path) // SEC-40
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        await RecordAsync(edge, 1);
        using var other = new ApiUser(edge, await edge.AddAccountAsync("other@b.example", TokenScopes.All));
        using var owner = new ApiUser(edge, edge.Token);
        using var admin = new ApiUser(edge, await AdminTokenAsync(edge));
        using var auditor = new ApiUser(edge, await edge.AddAccountAsync("auditor@b.example", TokenScopes.All, isAuditor: true));

        Assert.Equal(404, (await other.GetAsync($"{path}?account={edge.Owner}")).Status);
        Assert.Equal(404, (await other.GetAsync($"{path}?account=all")).Status);
        Assert.Equal(200, (await other.GetAsync(path)).Status);
        Assert.Equal(404, (await owner.GetAsync($"{path}?account=all")).Status);
        Assert.Equal(200, (await admin.GetAsync($"{path}?account=all")).Status);
        Assert.Equal(200, (await auditor.GetAsync($"{path}?account=all")).Status);
        Assert.DoesNotContain(edge.Owner.Value, (await other.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_HasOneLineAnEvent()
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        await RecordAsync(edge, 3);
        using var owner = new ApiUser(edge, edge.Token);

        var file = await owner.GetAsync("/api/v1/audit.csv");

        Assert.Equal((200, "text/csv"), (file.Status, file.MediaType));
        Assert.Equal(5, file.Text.Split("\r\n").Length);
    }

    [Fact]
    public async Task StreamTakenUpWithLastEventId_MissesNothingAndRepeatsNothing()
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        await RecordAsync(edge, 300);
        var adding = AddAsync(edge);

        // Cut again and again, while events come: from the store, between store and feed, and from the feed.
        var seen = new List<string>();
        var last = await FirstIdAsync(edge);
        for (var stretch = 1; seen.Count < 599; stretch++)
        {
            last = await ReadAsync(edge, last, Math.Min(stretch * 17, 599 - seen.Count), seen);
        }

        await adding.Limited("all events to be added");
        Assert.Equal(Enumerable.Range(1, 599).Select(number => $"{number}"), seen);
    }

    [Fact]
    public async Task StreamBehindAnUnknownEvent_IsRefused()
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        using var owner = new ApiUser(edge, edge.Token);

        var refused = await owner.SendAsync("GET", "/api/v1/events/stream", headers: ("Last-Event-ID", "evt_1"));

        Assert.Equal((400, "MP-1520"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task StreamOfARevokedToken_Ends()
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await http.SendAsync(Request(edge, last: null), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).Limited("the stream");
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken).Limited("its body");
        var token = Assert.Single(await edge.Data.Tokens.ListAsync(TestContext.Current.CancellationToken).Limited("the tokens"));

        await edge.Data.Tokens.RevokeAsync(token.Id, TestContext.Current.CancellationToken).Limited("the token to be revoked");

        using var reader = new StreamReader(body);
        await reader.ReadToEndAsync(TestContext.Current.CancellationToken).Limited("the end of the stream");
    }

    private static async Task AddAsync(RunningTestEdge edge)
    {
        for (var number = 300; number < 600; number++)
        {
            await RecordAsync(edge, 1, number);
        }
    }

    private static async Task<string> FirstIdAsync(RunningTestEdge edge) =>
        (await edge.Data.Events.ListAsync(new EventQuery { Kind = "user.added", Limit = 1 }, TestContext.Current.CancellationToken).Limited("the first event"))[0].Id;

    private static async Task<string> ReadAsync(RunningTestEdge edge, string last, int count, List<string> seen)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await http.SendAsync(Request(edge, last), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).Limited("the stream");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken).Limited("its body");
        using var reader = new StreamReader(body);
        while (count > 0)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).Limited("a line of the stream") ?? throw new EndOfStreamException("The stream ended.");
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                last = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var data = JsonDocument.Parse(line[6..]);
                Assert.Equal(last, data.RootElement.GetProperty("id").GetString());
                seen.Add(data.RootElement.GetProperty("reason").GetString() ?? "");
                count--;
            }
        }

        return last;
    }

    private static HttpRequestMessage Request(RunningTestEdge edge, string? last)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"http://{edge.Http}/api/v1/events/stream?kind=user.added");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + edge.Token.Reveal());
        if (last is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        return request;
    }

    private static async Task<List<string?>> KindsAsync(ApiUser user, string path) =>
        [.. (await user.GetAsync(path)).Json.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("kind").GetString())];

    private static async Task<Mport.Protocol.Identity.Secret> AdminTokenAsync(RunningTestEdge edge)
    {
        Assert.True(TokenName.TryParse("admin", out var name));
        return (await edge.Data.Tokens.CreateAsync(new NewToken { UserId = edge.Owner, Name = name, Scopes = TokenScopes.All }, TestContext.Current.CancellationToken).Limited("a token")).Token;
    }

    // As another process would: the edge's own queue has no part in it.
    private static Task<EventHead> RecordAsync(RunningTestEdge edge, int count, int first = 0) => edge.Data.Events.AppendAsync(
        [
            .. Enumerable.Range(first, count).Select(number => WaitingEvent.Of(
                new EdgeEvent { Kind = EventKinds.UserAdded, Actor = EventActor.OfCommand("root"), AccountId = edge.Owner, Reason = $"{number}" }, TimeProvider.System)),
        ],
        TestContext.Current.CancellationToken).Limited("events");
}

public sealed class SqliteEventsApiTests() : EventsApiTests(StoreProvider.Sqlite);

public sealed class PostgresEventsApiTests() : EventsApiTests(StoreProvider.Postgres);

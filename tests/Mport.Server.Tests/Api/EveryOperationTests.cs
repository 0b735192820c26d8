using System.Text.Json;
using Mport.Protocol.Control;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Api;

/// <summary>What holds for each operation of the API, read from its own description: a new one is tried here without anybody's doing.</summary>
public abstract class EveryOperationTests(StoreProvider provider) : IAsyncLifetime
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private RunningTestEdge? _edge;
    private ApiUser? _owner;
    private WireClient? _client;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Owner => _owner ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(provider: provider, change: settings => settings with { ApiRate = 0 });
        _owner = new ApiUser(_edge, await TokenAsync(_edge.Owner, TokenScopes.All));
        _client = await WireClient.ConnectAsync(_edge);
        Assert.IsType<TunnelOpened>(await _client.OpenAsync(new OpenTunnel { Request = 1, Name = "first", Proto = "http" }));
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        GC.SuppressFinalize(this);
        _owner?.Dispose();
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }
    }

    [Fact]
    public async Task OfAnotherAccount_IsNotThere() // SEC-40
    {
        var operations = await ApiOperations.ReadAsync(Owner);
        await FindIdsAsync(operations);
        using var stranger = new ApiUser(Edge, await Edge.AddAccountAsync("stranger@example.com", TokenScopes.All));
        var tried = 0;
        foreach (var operation in operations.Where(o => !o.IsForAll))
        {
            if (operation.HasId && _ids.ContainsKey(operation.Collection))
            {
                tried++;
                var reply = await operation.SendAsync(stranger, IdFor(operation));
                Assert.True(reply.Status == (operation.IsForAdmins ? 403 : 404), $"{operation} of another account gave {reply.Status} {reply.Text}");
            }

            if (operation is { IsList: true, HasId: false, IsForAdmins: false })
            {
                var list = await operation.SendAsync(stranger, "");
                Assert.Equal(200, list.Status);
                Assert.All(_ids.Values, id => Assert.DoesNotContain(id, list.Text, StringComparison.Ordinal));
            }
        }

        Assert.True(tried > 5);

        // And all of it is still there, and as it was.
        foreach (var operation in operations.Where(o => o is { HasId: true, Method: "GET" } && _ids.ContainsKey(o.Collection)).ToList())
        {
            Assert.Equal(200, (await operation.SendAsync(Owner, IdFor(operation))).Status);
        }
    }

    [Fact]
    public async Task OfAdministrators_IsRefusedToMembers_HoweverItIsWritten() // SEC-41
    {
        var operations = await ApiOperations.ReadAsync(Owner);
        await FindIdsAsync(operations);
        using var member = new ApiUser(Edge, await Edge.AddAccountAsync("stranger@example.com", TokenScopes.All));
        using var nobody = new ApiUser(Edge, (string?)null);
        var forAdmins = operations.Where(o => o.IsForAdmins).ToList();
        Assert.NotEmpty(forAdmins);
        foreach (var operation in forAdmins)
        {
            var path = operation.Path.Replace("{id}", IdFor(operation));
            string[] writings =
            [
                path, path + "/", path.ToUpperInvariant(), path.Replace("/api", "/API"), path.Replace("/api/v1/", "/api/v1//"), "/" + path,
                path.Replace("/api/v1/", "/api/./v1/"), path.Replace("/v1/", "/v1/%2e/"), path.Replace("/v1/", "/v1/x/%2e%2e/"), path.Replace("users", "%75sers"), path + ";x", path + "?x=1", path + "%2f",
            ];
            foreach (var written in writings)
            {
                foreach (var method in (string[])["GET", "POST", "PUT", "PATCH", "DELETE"])
                {
                    var reply = await member.SendAsync(method, written, operation.Example, operation.MediaType ?? "application/json");
                    Assert.True(reply.Status is 403 or 404 or 405, $"{method} {written} gave a member {reply.Status}");
                    var anonymous = await nobody.SendAsync(method, written, operation.Example, operation.MediaType ?? "application/json");
                    Assert.True(anonymous.Status is 401 or 404 or 405, $"{method} {written} gave nobody {anonymous.Status}");
                }
            }
        }
    }

    [Fact]
    public async Task NeedsEachOfItsScopes()
    {
        var operations = await ApiOperations.ReadAsync(Owner);
        await FindIdsAsync(operations);
        foreach (var operation in operations.Where(o => o.Scopes.Count > 0))
        {
            var scopes = operation.Scopes.Select(name => TokenScopeNames.Parse(name) ?? throw new InvalidDataException(name)).Aggregate((a, b) => a | b);
            using var without = new ApiUser(Edge, await TokenAsync(Edge.Owner, TokenScopes.All & ~scopes));
            var refused = await operation.SendAsync(without, IdFor(operation));
            Assert.True(refused is { Status: 403, Code: "MP-1107" }, $"{operation} without {string.Join(' ', operation.Scopes)} gave {refused.Status}");

            // A made-up id, so that nothing is changed for the operations that follow.
            using var with = new ApiUser(Edge, await TokenAsync(Edge.Owner, scopes));
            var allowed = await operation.SendAsync(with, "key_00000000000000000000000000");
            Assert.True(allowed.Status is not (401 or 403), $"{operation} with {string.Join(' ', operation.Scopes)} gave {allowed.Status}");
        }
    }

    [Fact]
    public async Task WithWhateverIsSent_AnswersAProblem_AndNeverFails()
    {
        var operations = await ApiOperations.ReadAsync(Owner);
        var undescribed = new HashSet<string>(StringComparer.Ordinal);
        var tried = 0;

        // Wrong passwords make this address wait: signing in comes last.
        foreach (var operation in operations.OrderBy(o => o.IsForAll))
        {
            foreach (var id in (string[])["x", "tun_%00", "%ff%fe", "..", "%2e%2e%2f", new string('a', 2000), "key_00000000000000000000000000", "'%20or%201=1--"])
            {
                await TryAsync(operation, operation.Path.Replace("{id}", id), operation.Example);
            }

            foreach (var query in (string[])["limit=-1", "limit=99999999999999999999", "limit=", "sort=%00", "sort=-", "cursor=%ff", "cursor=" + new string('A', 3000), "q=%c3%28", "q=%25_%5c", "q=" + new string('x', 5000), "limit=1&limit=2"])
            {
                await TryAsync(operation, operation.Path.Replace("{id}", "x") + "?" + query, operation.Example);
            }

            foreach (var body in operation.Example is null ? [] : Bodies(operation.Example))
            {
                await TryAsync(operation, operation.Path.Replace("{id}", "key_00000000000000000000000000"), body);
            }
        }

        Assert.True(tried > 200);
        Assert.Empty(undescribed);

        async Task TryAsync(Operation operation, string path, string? body)
        {
            tried++;
            var reply = await Owner.SendAsync(operation.Method, path, body, operation.MediaType ?? "application/json", ("If-Match", "*"));
            var said = $"{operation.Method} {path} with {body?[..Math.Min(200, body.Length)]} gave {reply.Status} {reply.Text}";
            Assert.True(reply.Status < 500, said);
            if (reply.Status >= 400 && reply.MediaType is not null && path.StartsWith("/api/v1/", StringComparison.Ordinal) && !path.Contains("..") && !path.Contains("%2e"))
            {
                Assert.Equal("application/problem+json", reply.MediaType);
                if (!operation.Answers.Contains(reply.Status))
                {
                    undescribed.Add($"{operation} gave {reply.Status} {reply.Code}");
                }
            }
        }
    }

    [Fact]
    public async Task EachParameter_IsDescribed() =>
        Assert.All(await ApiOperations.ReadAsync(Owner), operation => Assert.Empty(operation.Undescribed));

    [Fact]
    public async Task Description_IsTheOneInGit()
    {
        var reply = await Owner.GetAsync("/openapi/v1.json");
        var path = Path.Combine(Root(), "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("UPDATE") == "1" && provider == StoreProvider.Sqlite)
        {
            await File.WriteAllTextAsync(path, reply.Text, TestContext.Current.CancellationToken);
        }

        Assert.Equal("3.1", reply.Json.GetProperty("openapi").GetString()?[..3]);
        Assert.True(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) == reply.Text, "The API has changed: run this test with UPDATE=1, and look at what changes in docs/openapi.json.");
    }

    [Fact]
    public async Task ReferencePage_ShowsEachOperation_WithoutScripts()
    {
        var operations = await ApiOperations.ReadAsync(Owner);
        using var nobody = new ApiUser(Edge, (string?)null);

        var page = await nobody.GetAsync("/docs/api");

        Assert.Equal("text/html", page.MediaType);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.All(operations, operation => Assert.Contains($"id=\"{operation.Id}\"", page.Text, StringComparison.Ordinal));
    }

    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Mport.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Mport.slnx");
        }

        return folder;
    }

    // Each member left out, of another type, too long; one more; and what is no object at all.
    private static IEnumerable<string> Bodies(string example)
    {
        var members = JsonDocument.Parse(example).RootElement.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetRawText());
        string[] values =
        [
            "null", "true", "-1", "1e400", "99999999999999999999", "\"\"", "[]", "{}", "[null]", "[{}]", "{\"a\":{}}", "\"\\u0000\"", "\"\\ud800\"", "\"\\u202e\"", $"\"{new string('x', 30_000)}\"",
            $"[{string.Join(',', Enumerable.Repeat("\"x\"", 5000))}]", new string('[', 100) + new string(']', 100),
        ];
        foreach (var name in members.Keys)
        {
            yield return Write(members.Where(m => m.Key != name));
            foreach (var value in values)
            {
                yield return Write(members.Where(m => m.Key != name).Append(KeyValuePair.Create(name, value)));
            }
        }

        yield return Write(members.Append(KeyValuePair.Create("is_admin", "true")));
        yield return Write(members.Append(KeyValuePair.Create(new string('k', 10_000), "1")));
        foreach (var whole in (string[])["", " ", "null", "0", "\"x\"", "[]", "{", "{\"a\":}", "{}{}", "\ufeff{}", "// x\n{}"])
        {
            yield return whole;
        }
    }

    private static string Write(IEnumerable<KeyValuePair<string, string>> members) => $"{{{string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}"))}}}";

    // What tokens may not see at all is for browsers alone; the tests of signing in have it.
    private string IdFor(Operation operation) => operation.HasId ? _ids.GetValueOrDefault(operation.Collection, "web_00000000000000000000000000") : "";

    // An object of each collection: the first of its list.
    private async Task FindIdsAsync(IReadOnlyList<Operation> operations)
    {
        foreach (var collection in operations.Where(o => o.HasId).Select(o => o.Collection).Distinct())
        {
            if (operations.SingleOrDefault(o => o.Path == collection && o.Method == "POST") is { Example: not null } make)
            {
                await make.SendAsync(Owner, "");
            }

            var list = operations.Single(o => o.Path == collection && o.Method == "GET");
            var reply = await list.SendAsync(Owner, "");
            if (reply.Status == 200)
            {
                _ids[collection] = reply.Json.GetProperty("data").EnumerateArray().Last().GetProperty("id").GetString() ?? "";
            }
        }

        Assert.NotEmpty(_ids);
    }

    private async Task<Mport.Protocol.Identity.Secret> TokenAsync(UserId user, TokenScopes scopes)
    {
        Assert.True(TokenName.TryParse("test", out var name));
        return (await Edge.Data.Tokens.CreateAsync(new NewToken { UserId = user, Name = name, Scopes = scopes }, TestContext.Current.CancellationToken).Limited("a token")).Token;
    }
}

public sealed class SqliteEveryOperationTests() : EveryOperationTests(StoreProvider.Sqlite);

public sealed class PostgresEveryOperationTests() : EveryOperationTests(StoreProvider.Postgres);

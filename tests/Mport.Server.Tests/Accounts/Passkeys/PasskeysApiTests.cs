using System.Text.Json;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Passkeys;

/// <summary>One's own passkeys through the API.</summary>
public sealed class PasskeysApiTests : IAsyncLifetime
{
    private const string Ann = "ann@example.com", Bob = "bob@example.com";
    private const string Password = $$"""{"password":"{{AccountSteps.Password}}"}""", Wrong = """{"password":"password of another site"}""";
    private readonly SteppedClock _clock = new(TimeProvider.System);
    private RunningTestEdge _edge = null!;
    private PasskeyPerson _ann = null!;
    private SoftAuthenticator _device = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(time: _clock);
        await _edge.AddPersonAsync(Ann);
        await _edge.AddPersonAsync(Bob);
        _ann = new PasskeyPerson(_edge);
        _device = _ann.NewDevice();
        Assert.Equal(200, (await _ann.PasswordAsync(Ann)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        _ann.Dispose();
        _device.Dispose();
        await _edge.DisposeAsync();
    }

    [Fact]
    public async Task Passkey_IsAdded_Listed_AndRenamed()
    {
        var added = await _ann.AddAsync(_device, "Phone");
        Assert.True(added.Status == 201, added.Text);
        Assert.Equal($"/api/v1/me/passkeys/{added["id"]}", added.Headers["Location"]);

        var one = Assert.Single(await _ann.ListAsync());
        Assert.Equal((added["id"], "Phone", "[\"internal\"]"), (one.GetProperty("id").GetString(), one.GetProperty("name").GetString(), one.GetProperty("transports").GetRawText()));
        var path = $"/api/v1/me/passkeys/{added["id"]}";
        var renamed = await _ann.PatchAsync(path, """{"name":"Old phone"}""");

        Assert.Equal((200, "Old phone", "\"2\""), (renamed.Status, renamed["name"], renamed.Headers["ETag"]));
        Assert.Equal("Old phone", (await _ann.GetAsync(path))["name"]);
        foreach (var name in (string[])["", " x", new string('x', 65), "a\\u001b[0m"])
        {
            Assert.Equal(422, (await _ann.PatchAsync(path, $$"""{"name":"{{name}}"}""")).Status);
        }
    }

    [Fact]
    public async Task WithoutAName_ItIsCalledAfterTheBrowser()
    {
        var asked = await _ann.AskForNewAsync();

        var added = await _ann.PostAsync("/api/v1/me/passkeys", $$"""{"ticket":"{{asked["ticket"]}}","credential":{{_device.Make(asked.Json.GetProperty("options")).ToJsonString()}}}""");

        Assert.Equal((201, "Firefox, Linux"), (added.Status, added["name"]));
    }

    [Fact]
    public async Task Question_AsksForAVerifiedHolder_AndLeavesOutTheDevicesThatHaveOne()
    {
        Assert.Equal(201, (await _ann.AddAsync(_device)).Status);

        var options = (await _ann.AskForNewAsync()).Json.GetProperty("options");

        var wanted = options.GetProperty("authenticatorSelection");
        Assert.Equal(("required", "required"), (wanted.GetProperty("userVerification").GetString(), wanted.GetProperty("residentKey").GetString()));
        Assert.Equal("localhost", options.GetProperty("rp").GetProperty("id").GetString());
        Assert.Single(options.GetProperty("excludeCredentials").EnumerateArray());
    }

    [Fact]
    public async Task AddingAndRemoving_NeedThePassword()
    {
        Assert.Equal("MP-1120", (await _ann.AskForNewAsync("password of another site")).Code);
        Assert.Equal("MP-1120", (await _ann.AskForNewAsync("")).Code);
        var added = await _ann.AddAsync(_device);

        var refused = await _ann.PostAsync($"/api/v1/me/passkeys/{added["id"]}/remove", Wrong);

        Assert.Equal((400, "MP-1120"), (refused.Status, refused.Code));
        Assert.Single(await _ann.ListAsync());
    }

    [Fact]
    public async Task AddingAndRemoving_EndOtherSessions_AndBeginAnother() // SEC-67, SEC-68
    {
        using var elsewhere = new PasskeyPerson(_edge);
        await elsewhere.PasswordAsync(Ann);
        var before = _ann.Cookie;

        var added = await _ann.AddAsync(_device);

        Assert.NotEqual(before, _ann.Cookie);
        Assert.Equal((200, 401), (await _ann.MeAsync(), await elsewhere.MeAsync()));
        await elsewhere.PasswordAsync(Ann);
        Assert.Equal(204, (await _ann.PostAsync($"/api/v1/me/passkeys/{added["id"]}/remove", Password)).Status);
        Assert.Equal((200, 401), (await _ann.MeAsync(), await elsewhere.MeAsync()));
        Assert.Empty(await _ann.ListAsync());
    }

    [Fact]
    public async Task Token_CannotAddListRenameOrRemove()
    {
        var id = (await _ann.AddAsync(_device))["id"];
        Assert.True(EmailAddress.TryParse(Ann, out var address));
        var user = await _edge.Data.Users.FindAsync(address, CancellationToken.None).Limited("the account");
        Assert.NotNull(user);
        Assert.True(TokenName.TryParse("all", out var name));
        var issued = await _edge.Data.Tokens.CreateAsync(new NewToken { UserId = user.Id, Name = name, Scopes = TokenScopes.All }, CancellationToken.None).Limited("a token");
        using var program = new ApiUser(_edge, issued.Token);

        var replies = new[]
        {
            await program.GetAsync("/api/v1/me/passkeys"),
            await program.GetAsync($"/api/v1/me/passkeys/{id}"),
            await program.PostAsync("/api/v1/me/passkeys/options", Password),
            await program.PostAsync("/api/v1/me/passkeys", """{"ticket":"x","credential":{},"name":"x"}"""),
            await program.PatchAsync($"/api/v1/me/passkeys/{id}", """{"name":"mine"}"""),
            await program.PostAsync($"/api/v1/me/passkeys/{id}/remove", Password),
        };

        Assert.All(replies, reply => Assert.Equal((401, "MP-1133"), (reply.Status, reply.Code)));
    }

    [Fact]
    public async Task OfAnotherAccount_IsNotThere() // SEC-40
    {
        var id = (await _ann.AddAsync(_device))["id"];
        using var bob = new PasskeyPerson(_edge);
        await bob.PasswordAsync(Bob);

        Assert.Empty(await bob.ListAsync());
        Assert.Equal(404, (await bob.GetAsync($"/api/v1/me/passkeys/{id}")).Status);
        Assert.Equal(404, (await bob.PatchAsync($"/api/v1/me/passkeys/{id}", """{"name":"mine"}""")).Status);
        Assert.Equal(404, (await bob.PostAsync($"/api/v1/me/passkeys/{id}/remove", Password)).Status);
        Assert.Equal("Phone", Assert.Single(await _ann.ListAsync()).GetProperty("name").GetString());
    }

    public static TheoryData<string> Wrongs => ["origin", "tunnel", "frame", "rp", "unverified", "absent", "question", "kind"];

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task NewPasskeyThatWasNotMadeForThis_IsRefused(string wrong)
    {
        switch (wrong)
        {
            case "origin": _device.Origin = "https://example.com"; break;
            case "tunnel": _device.Origin = $"http://shop.localhost:{_edge.Http.Port}"; break;
            case "frame": _device.IsCrossOrigin = true; break;
            case "rp": _device.RpId = "example.com"; break;
            case "unverified": _device.Verifies = false; break;
            case "absent": _device.IsPresent = false; break;
            case "question": _device.Challenge = "AAAA"; break;
            case "kind": _device.Type = "webauthn.get"; break;
            default: throw new InvalidOperationException(wrong);
        }

        var reply = await _ann.AddAsync(_device);

        Assert.Equal((400, "MP-1565"), (reply.Status, reply.Code));
        Assert.Empty(await _ann.ListAsync());
    }

    [Fact]
    public async Task Ticket_WorksOnce_InItsOwnSession_ForFiveMinutes()
    {
        var asked = await _ann.AskForNewAsync();
        var made = _device.Make(asked.Json.GetProperty("options"));
        using var bob = new PasskeyPerson(_edge);
        await bob.PasswordAsync(Bob);
        Assert.Equal("MP-1565", (await bob.SendNewAsync(asked["ticket"], made)).Code);
        Assert.Equal("MP-1565", (await _ann.SendNewAsync((await _ann.AskAsync())["ticket"], made)).Code);
        using var elsewhere = new PasskeyPerson(_edge);
        await elsewhere.PasswordAsync(Ann);
        Assert.Equal("MP-1565", (await elsewhere.SendNewAsync(asked["ticket"], made)).Code);
        Assert.Equal(201, (await _ann.SendNewAsync(asked["ticket"], made)).Status);

        var id = (await _ann.ListAsync()).Single().GetProperty("id").GetString();
        Assert.Equal(204, (await _ann.PostAsync($"/api/v1/me/passkeys/{id}/remove", Password)).Status);
        Assert.Equal("MP-1565", (await _ann.SendNewAsync(asked["ticket"], made)).Code);

        var late = await _ann.AskForNewAsync();
        _clock.Step(TimeSpan.FromMinutes(5.1));
        Assert.Equal("MP-1561", (await _ann.SendNewAsync(late["ticket"], _device.Make(late.Json.GetProperty("options")))).Code);
    }

    [Fact]
    public async Task PasskeyOfAnybody_IsNotAddedTwice()
    {
        Assert.Equal(201, (await _ann.AddAsync(_device)).Status);
        using var bob = new PasskeyPerson(_edge);
        await bob.PasswordAsync(Bob);

        var reply = await bob.AddAsync(_device);

        Assert.Equal((400, "MP-1565"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Changes_AndHowSomebodySignedIn_StandInTheAudit() // SEC-111
    {
        var id = (await _ann.AddAsync(_device))["id"];
        await _ann.PatchAsync($"/api/v1/me/passkeys/{id}", """{"name":"Old phone"}""");
        await _ann.SignInAsync(_device);
        await _ann.PostAsync($"/api/v1/me/passkeys/{id}/remove", Password);
        using var admin = new ApiUser(_edge, await _edge.AdminTokenAsync());

        var audit = (await admin.GetAsync("/api/v1/audit?account=all&sort=at&limit=200")).Json.GetProperty("data").EnumerateArray().ToList();

        Assert.Equal(["login.succeeded", "passkey.added", "passkey.renamed", "login.succeeded", "passkey.removed"], audit.Select(KindOf));
        Assert.Equal(["password", "passkey"], audit.Where(one => KindOf(one) == "login.succeeded").Select(one => one.GetProperty("after").GetProperty("method").GetString()));
        Assert.All(audit.Where(one => KindOf(one).StartsWith("passkey", StringComparison.Ordinal)), one => Assert.Equal(id, one.GetProperty("subject").GetProperty("id").GetString()));
        Assert.Equal(("Phone", "Old phone"), (audit[2].GetProperty("before").GetProperty("name").GetString(), audit[2].GetProperty("after").GetProperty("name").GetString()));
    }

    private static string KindOf(JsonElement one) => one.GetProperty("kind").GetString() ?? "";
}

using System.Buffers.Text;
using System.Text;
using Microsoft.Data.Sqlite;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Totp;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Passkeys;

/// <summary>Signing in with a passkey, and all that must not let in.</summary>
public sealed class PasskeySignInTests : IAsyncLifetime
{
    private const string Ann = "ann@example.com", Bob = "bob@example.com";
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
        Assert.Equal(201, (await _ann.AddAsync(_device)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        _ann.Dispose();
        _device.Dispose();
        await _edge.DisposeAsync();
    }

    [Fact]
    public async Task Passkey_LetsIn_AsAPasswordDoes()
    {
        using var person = new PasskeyPerson(_edge);

        var reply = await person.SignInAsync(_device);

        Assert.Equal((200, "signed_in"), (reply.Status, reply["state"]));
        Assert.Equal(Ann, (await person.GetAsync("/api/v1/me"))["email"]);
        Assert.True((await person.ListAsync()).Single().TryGetProperty("last_used_at", out _));
    }

    [Fact]
    public async Task Passkey_IsBothFactors_NoCodeIsAskedFor()
    {
        await _edge.Data.AddSecondFactorAsync(Ann);
        using var person = new PasskeyPerson(_edge);
        Assert.Equal("code_wanted", (await person.PasswordAsync(Ann))["state"]);

        Assert.Equal("signed_in", (await person.SignInAsync(_device))["state"]);

        Assert.Equal(200, await person.MeAsync());
    }

    [Fact]
    public async Task Question_NamesNobody() // SEC-63
    {
        using var person = new PasskeyPerson(_edge);

        var asked = await person.AskAsync();

        var options = asked.Json.GetProperty("options");
        Assert.Equal(("localhost", "required"), (options.GetProperty("rpId").GetString(), options.GetProperty("userVerification").GetString()));
        Assert.True(!options.TryGetProperty("allowCredentials", out var allowed) || allowed.GetArrayLength() == 0);
        Assert.DoesNotContain("usr_", asked.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string> Wrongs => ["origin", "port", "tunnel", "https", "frame", "rp", "unverified", "absent", "signature", "question", "kind", "handle", "no handle", "nobody's handle", "unknown"];

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task WrongAnswer_IsRefused_AllAlike(string wrong)
    {
        using var person = new PasskeyPerson(_edge);
        using var unknown = person.NewDevice();
        unknown.UserHandle = _device.UserHandle;
        var device = wrong == "unknown" ? unknown : _device;
        Spoil(device, wrong);

        var reply = await person.SignInAsync(device);

        Assert.True(reply is { Status: 400, Code: "MP-1560" }, reply.Text);
        Assert.False(reply.Headers.ContainsKey("Set-Cookie"));
        Assert.DoesNotContain("Ann", reply.Text, StringComparison.OrdinalIgnoreCase);
    }

    private void Spoil(SoftAuthenticator device, string wrong)
    {
        switch (wrong)
        {
            case "origin": device.Origin = "http://example.com"; break;
            case "port": device.Origin = "http://localhost:20001"; break;
            case "tunnel": device.Origin = $"http://shop.localhost:{_edge.Http.Port}"; break;
            case "https": device.Origin = $"https://localhost:{_edge.Http.Port}"; break;
            case "frame": device.IsCrossOrigin = true; break;
            case "rp": device.RpId = "shop.localhost"; break;
            case "unverified": device.Verifies = false; break;
            case "absent": device.IsPresent = false; break;
            case "signature": device.SignsWrongly = true; break;
            case "question": device.Challenge = Base64Url.EncodeToString(new byte[32]); break;
            case "kind": device.Type = "webauthn.create"; break;
            case "handle": device.UserHandle = Handle(_edge.Owner.Value); break;
            case "no handle": device.UserHandle = null; break;
            case "nobody's handle": device.UserHandle = Handle("usr_00000000000000000000000000"); break;
            case "unknown": break;
            default: throw new InvalidOperationException(wrong);
        }
    }

    [Fact]
    public async Task Answer_IsTakenOnce_AndNoneToAnOlderQuestion()
    {
        using var person = new PasskeyPerson(_edge);
        var older = await person.AskAsync();
        var asked = await person.AskAsync();
        var answer = _device.Answer(asked.Json.GetProperty("options"));
        Assert.Equal(200, (await person.AnswerAsync(asked["ticket"], answer)).Status);

        using var thief = new PasskeyPerson(_edge);
        var replayed = await thief.AnswerAsync(asked["ticket"], answer);
        var late = await thief.AnswerAsync(older["ticket"], _device.Answer(older.Json.GetProperty("options")));

        Assert.Equal((400, "MP-1561"), (replayed.Status, replayed.Code));
        Assert.Equal((400, "MP-1561"), (late.Status, late.Code));
        Assert.Equal(401, await thief.MeAsync());
    }

    [Fact]
    public async Task TheSameAnswerTwiceAtOneTime_LetsInOnce()
    {
        using var person = new PasskeyPerson(_edge);
        using var thief = new PasskeyPerson(_edge);
        var asked = await person.AskAsync();
        var answer = _device.Answer(asked.Json.GetProperty("options"));

        var replies = await Task.WhenAll(person.AnswerAsync(asked["ticket"], answer), thief.AnswerAsync(asked["ticket"], answer)).Limited("both answers");

        Assert.Equal([200, 400], replies.Select(reply => reply.Status).Order());
    }

    [Fact]
    public async Task Answer_AfterFiveMinutes_IsTooLate()
    {
        using var person = new PasskeyPerson(_edge);
        var asked = await person.AskAsync();
        _clock.Step(PasskeyTickets.Lifetime + TimeSpan.FromSeconds(1));

        var reply = await person.AnswerAsync(asked["ticket"], _device.Answer(asked.Json.GetProperty("options")));

        Assert.Equal((400, "MP-1561"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task TicketOfSomethingElse_IsNone()
    {
        using var person = new PasskeyPerson(_edge);
        var asked = await person.AskAsync();
        var forNew = (await _ann.AskForNewAsync())["ticket"] ?? "";
        var ticket = asked["ticket"] ?? "";
        foreach (var wrong in (string?[])[null, "", "x", forNew, ticket[..^2], ticket + "AA", (ticket[0] == 'A' ? 'B' : 'A') + ticket[1..], new string('A', 60_000)])
        {
            var reply = await person.AnswerAsync(wrong, _device.Answer(asked.Json.GetProperty("options")));
            Assert.True(reply is { Status: 400, Code: "MP-1560" }, $"{wrong?[..Math.Min(20, wrong.Length)]} gave {reply.Text}");
        }
    }

    [Fact]
    public async Task CounterThatGoesBack_IsACopy()
    {
        using var person = new PasskeyPerson(_edge);
        _device.Count = 7;
        Assert.Equal(200, (await person.SignInAsync(_device)).Status);

        foreach (var count in (uint[])[7, 6, 0])
        {
            _device.Count = count;
            var reply = await person.SignInAsync(_device);
            Assert.Equal((400, "MP-1562"), (reply.Status, reply.Code));
        }

        _device.Count = 8;
        Assert.Equal(200, (await person.SignInAsync(_device)).Status);
    }

    [Fact]
    public async Task DisabledAccount_IsSaid_AndItsPasskeyLetsInAgainAfterwards()
    {
        Assert.True(EmailAddress.TryParse(Ann, out var ann));
        await _edge.Data.Users.SetEnabledAsync(ann, enabled: false, CancellationToken.None).Limited("disabling");
        using var person = new PasskeyPerson(_edge);

        var refused = await person.SignInAsync(_device);

        Assert.Equal("MP-1106", refused.Code);
        await _edge.Data.Users.SetEnabledAsync(ann, enabled: true, CancellationToken.None).Limited("enabling");
        Assert.Equal(200, (await person.SignInAsync(_device)).Status);
    }

    [Fact]
    public async Task ResetPassword_LeavesThePasskey()
    {
        using var browser = new Browser(_edge);
        await browser.GetAsync(await _edge.LinkAsync(Ann));
        await browser.SubmitAsync("/password", ("chosen", "seven tall trees in fog"));
        Assert.Equal(401, await _ann.MeAsync());
        using var person = new PasskeyPerson(_edge);

        Assert.Equal(200, (await person.SignInAsync(_device)).Status);
    }

    [Fact]
    public async Task RemovedPasskey_LetsNobodyIn()
    {
        var id = (await _ann.ListAsync()).Single().GetProperty("id").GetString();
        Assert.Equal(204, (await _ann.PostAsync($"/api/v1/me/passkeys/{id}/remove", $$"""{"password":"{{AccountSteps.Password}}"}""")).Status);
        using var person = new PasskeyPerson(_edge);

        var reply = await person.SignInAsync(_device);

        Assert.Equal((400, "MP-1560"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task ManyWrongAnswers_MakeThePasskeyWait_AndNoOther() // SEC-62
    {
        using var bob = new PasskeyPerson(_edge);
        using var other = bob.NewDevice();
        Assert.Equal(200, (await bob.PasswordAsync(Bob)).Status);
        Assert.Equal(201, (await bob.AddAsync(other)).Status);
        _device.SignsWrongly = true;
        for (var i = 0; i < 11; i++)
        {
            Assert.Equal("MP-1560", (await _ann.SignInAsync(_device)).Code);
        }

        _device.SignsWrongly = false;
        var reply = await _ann.SignInAsync(_device);

        Assert.Equal((429, "MP-1122"), (reply.Status, reply.Code));
        Assert.True(reply.Headers.ContainsKey("Retry-After"));
        Assert.Equal(200, (await bob.SignInAsync(other)).Status);
    }

    [Fact]
    public async Task DatabaseThatFails_IsNotTakenForAWrongPasskey() // REL-05
    {
        using var person = new PasskeyPerson(_edge);
        Execute("ALTER TABLE passkeys RENAME TO elsewhere;");
        Assert.Equal(503, (await person.SignInAsync(_device)).Status);
        Execute("ALTER TABLE elsewhere RENAME TO passkeys;");

        Assert.Equal(200, (await person.SignInAsync(_device)).Status);
    }

    [Fact]
    public async Task OtherAddressOfTheEdge_HasNoPasskeys()
    {
        using var person = new PasskeyPerson(_edge) { Host = $"127.0.0.1:{_edge.Http.Port}" };

        var reply = await person.AskAsync();

        Assert.Equal((403, "MP-1563"), (reply.Status, reply.Code));
        Assert.Contains($"http://localhost:{_edge.Http.Port}", reply["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherSites_CannotMakeABrowserSignIn() // SEC-70
    {
        using var stranger = new ApiUser(_edge, (string?)null);
        foreach (var path in (string[])["/api/v1/auth/passkey/options", "/api/v1/auth/passkey"])
        {
            var reply = await stranger.SendAsync("POST", path, path.EndsWith("options", StringComparison.Ordinal) ? null : "{}", headers: [("Host", _ann.Host), ("Sec-Fetch-Site", "cross-site")]);
            Assert.Equal((403, "MP-1124"), (reply.Status, reply.Code));
        }
    }

    private void Execute(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={_edge.DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private static string Handle(string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));
}

/// <summary>What these tests do to an edge's data.</summary>
file static class Steps
{
    /// <summary>Gives an account a second factor.</summary>
    public static async Task AddSecondFactorAsync(this Mport.Server.Hosting.OpenedEdge data, string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        var cancel = TestContext.Current.CancellationToken;
        var account = await data.Accounts.Credentials.FindAsync(address, cancel).Limited("the account");
        Assert.NotNull(account);
        var secret = new byte[TotpCode.SecretLength];
        await data.Accounts.Credentials.BeginTotpAsync(account.Id, data.AccountKey.Seal(secret, account.Id), cancel).Limited("a secret");
        await data.Accounts.Credentials.EnableTotpAsync(account.Id, [], cancel).Limited("the second factor");
    }
}

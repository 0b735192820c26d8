using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Commands;

public sealed class AccountCommandsTests : IDisposable
{
    private readonly EdgeProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task UserAdd_MakesTheDatabaseAndTheAccount()
    {
        var added = await _program.RunAsync("user", "add", "ann@example.com", "--admin");
        Assert.Equal(0, added.Code);

        var list = await _program.RunAsync("user", "list", "--json");
        var user = JsonDocument.Parse(Assert.Single(list.Lines)).RootElement;

        Assert.Equal("ann@example.com", user.GetProperty("email").GetString());
        Assert.StartsWith("usr_", user.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.True(user.GetProperty("admin").GetBoolean());
        Assert.False(user.GetProperty("owner").GetBoolean());
        Assert.False(user.TryGetProperty("disabled_at", out _));
    }

    [Fact]
    public async Task UserAddJson_PrintsOneObject()
    {
        var added = await _program.RunAsync("user", "add", "ann@example.com", "--json");

        Assert.Equal("ann@example.com", JsonDocument.Parse(Assert.Single(added.Lines)).RootElement.GetProperty("email").GetString());
    }

    [Fact]
    public async Task SameUserTwice_IsRefused()
    {
        await _program.RunAsync("user", "add", "ann@example.com");

        Refused(await _program.RunAsync("user", "add", "ANN@example.com"), 2, "MP-1109");
    }

    [Fact]
    public async Task ShortPassword_IsRefusedAndNotShown()
    {
        var run = await _program.RunWithInputAsync("hunter2\n", "user", "add", "ann@example.com", "--password-stdin");

        Refused(run, 2, "MP-1112");
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GoodPassword_IsTaken()
    {
        var run = await _program.RunWithInputAsync("correct horse battery\n", "user", "add", "ann@example.com", "--password-stdin");

        Assert.Equal(0, run.Code);
        Assert.DoesNotContain("correct horse", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisabledUser_CanBeEnabledAgain()
    {
        await _program.RunAsync("user", "add", "ann@example.com");

        var disabled = await _program.RunAsync("user", "disable", "ann@example.com");
        Assert.Equal(0, disabled.Code);
        Assert.Contains("no account is enabled", disabled.Error, StringComparison.Ordinal);
        Assert.Contains("disabled_at", (await _program.RunAsync("user", "list", "--json")).Output, StringComparison.Ordinal);
        Refused(await _program.RunAsync("token", "create", "--user", "ann@example.com", "--name", "x"), 2, "MP-1106");

        Assert.Equal(0, (await _program.RunAsync("user", "enable", "ann@example.com")).Code);
        Assert.DoesNotContain("disabled_at", (await _program.RunAsync("user", "list", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenCreate_PrintsTheTokenAlone()
    {
        await _program.RunAsync("user", "add", "ann@example.com");

        var run = await _program.RunAsync("token", "create", "--user", "ann@example.com", "--name", "laptop");

        var token = new Secret(Assert.Single(run.Lines));
        Assert.True(AccessToken.TryGetKeyId(token, out _));
        Assert.DoesNotContain(token.Reveal(), run.Error, StringComparison.Ordinal);
        Assert.IsType<TokenCheck.Accepted>(await CheckAsync(token));
        Assert.DoesNotContain(token.Reveal(), (await _program.RunAsync("token", "list", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenCreateJson_HoldsWhatAScriptNeeds()
    {
        await _program.RunAsync("user", "add", "ann@example.com");

        var run = await _program.RunAsync(
            "token", "create", "--user", "ann@example.com", "--name", "ci", "--scope", "tunnels:host", "--scope", "usage:read", "--expires", "90d", "--json");

        var token = JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
        Assert.Equal("ann@example.com", token.GetProperty("email").GetString());
        Assert.Equal("ci", token.GetProperty("name").GetString());
        Assert.Equal(["tunnels:host", "usage:read"], token.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal(_program.Time.GetUtcNow() + TimeSpan.FromDays(90), token.GetProperty("expires_at").GetDateTimeOffset());
        var accepted = Assert.IsType<TokenCheck.Accepted>(await CheckAsync(new Secret(token.GetProperty("token").GetString()!)));
        Assert.Equal(TokenScopes.TunnelsHost | TokenScopes.UsageRead, accepted.Scopes);
        Assert.Equal(token.GetProperty("id").GetString(), accepted.TokenId.Value);
    }

    [Fact]
    public async Task TokenRevoke_TakesTheIdOrTheTokenItself()
    {
        await _program.RunAsync("user", "add", "ann@example.com");
        var first = new Secret((await _program.RunAsync("token", "create", "--user", "ann@example.com", "--name", "a")).Lines[0]);
        var second = new Secret((await _program.RunAsync("token", "create", "--user", "ann@example.com", "--name", "b")).Lines[0]);
        Assert.True(AccessToken.TryGetKeyId(first, out var keyId));

        Assert.Equal(0, (await _program.RunAsync("token", "revoke", "key_" + keyId)).Code);
        Assert.Equal(0, (await _program.RunAsync("token", "revoke", second.Reveal())).Code);

        Assert.IsType<TokenCheck.Refused>(await CheckAsync(first));
        Assert.IsType<TokenCheck.Refused>(await CheckAsync(second));
        Assert.All((await _program.RunAsync("token", "list")).Lines[1..], line => Assert.Contains("revoked", line, StringComparison.Ordinal));
        Refused(await _program.RunAsync("token", "revoke", "key_nothing"), 2, "MP-1111");
    }

    [Theory]
    [InlineData("MP-1110", "--user", "nobody@example.com", "--name", "x")]
    [InlineData("MP-1113", "--user", "nobody", "--name", "x")]
    [InlineData("MP-1113", "--user", "ann@example.com", "--name", "")]
    [InlineData("MP-1113", "--user", "ann@example.com", "--name", "x", "--scope", "everything")]
    [InlineData("MP-1113", "--user", "ann@example.com", "--name", "x", "--expires", "soon")]
    [InlineData("MP-1113", "--user", "ann@example.com", "--name", "x", "--expires", "0d")]
    [InlineData("MP-1001", "--user", "ann@example.com")]
    public async Task BadTokenCreate_SaysWhatIsWrong(string code, params string[] args)
    {
        await _program.RunAsync("user", "add", "ann@example.com");

        Refused(await _program.RunAsync(["token", "create", .. args]), 2, code);
    }

    [Theory]
    [InlineData("user", "list")]
    [InlineData("token", "list")]
    [InlineData("user", "disable", "ann@example.com")]
    public async Task NoDatabase_IsSaidAndNoneIsMade(params string[] args)
    {
        Refused(await _program.RunAsync(args), 3, "MP-2004");

        Assert.False(Directory.Exists(_program.DataFolder));
    }

    [Fact]
    public async Task DamagedDatabase_IsSaidInOneLine()
    {
        Directory.CreateDirectory(_program.DataFolder);
        _program.Folder.Write("data/edge.db", "not a database");

        var run = await _program.RunAsync("user", "list");

        Refused(run, 3, "MP-2004");
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Passkeys_AreListed_AndRemovedForWhoHasLostTheDevice()
    {
        await _program.RunAsync("user", "add", "ann@example.com");
        await AddPasskeysAsync("Phone", "Key", "Laptop");
        var listed = await _program.RunAsync("user", "passkeys", "ann@example.com", "--json");
        Assert.Equal(3, listed.Lines.Length);
        var key = JsonDocument.Parse(listed.Lines[1]).RootElement;
        Assert.Equal(("Key", "ann@example.com"), (key.GetProperty("name").GetString(), key.GetProperty("email").GetString()));

        var one = await _program.RunAsync("user", "reset-passkeys", "ann@example.com", "--id", key.GetProperty("id").GetString() ?? "");
        Assert.Equal((0, $"{key.GetProperty("id").GetString()}  Key"), (one.Code, one.Output.Trim()));
        Assert.DoesNotContain("Key", (await _program.RunAsync("user", "passkeys", "ann@example.com")).Output, StringComparison.Ordinal);
        Refused(await _program.RunAsync("user", "reset-passkeys", "ann@example.com", "--id", "pky_none"), 2, "MP-1113");
        Refused(await _program.RunAsync("user", "reset-passkeys", "nobody@example.com"), 2, "MP-1110");

        Assert.Equal(2, (await _program.RunAsync("user", "reset-passkeys", "ann@example.com")).Lines.Length);
        Assert.Empty((await _program.RunAsync("user", "passkeys", "ann@example.com", "--json")).Lines);
    }

    private async Task AddPasskeysAsync(params string[] names)
    {
        using var database = await EdgeDatabase.OpenAsync(DatabaseUrl.InFolder(_program.DataFolder), TimeProvider.System, CancellationToken.None).Limited("the database");
        var stores = new AccountStores(database.Contexts, NullLoggerFactory.Instance, TimeProvider.System);
        Assert.True(EmailAddress.TryParse("ann@example.com", out var ann));
        foreach (var text in names)
        {
            Assert.True(TokenName.TryParse(text, out var name));
            var account = await stores.Credentials.FindAsync(ann, CancellationToken.None).Limited("the account");
            Assert.NotNull(account);
            var passkey = new UserPasskeyInfo(Guid.NewGuid().ToByteArray(), [1], TimeProvider.System.GetUtcNow(), 0, [], isUserVerified: true, isBackupEligible: false, isBackedUp: false, [], []);
            await stores.Passkeys.AddAsync(account.Id, account.SecurityStamp, name, passkey, CancellationToken.None).Limited("a passkey");
        }
    }

    private static void Refused(ProgramRun run, int exitCode, string code)
    {
        Assert.Equal(exitCode, run.Code);
        Assert.Empty(run.Output);
        Assert.StartsWith($"mportd: {code} ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    private async Task<TokenCheck> CheckAsync(Secret token)
    {
        using var database = await EdgeDatabase.OpenAsync(DatabaseUrl.InFolder(_program.DataFolder), TimeProvider.System, CancellationToken.None).Limited("the database");
        var store = new TokenStore(database.Contexts, _program.Time, NullLogger<TokenStore>.Instance);
        return await store.CheckAsync(token, IPAddress.Loopback, CancellationToken.None).Limited("the check");
    }
}

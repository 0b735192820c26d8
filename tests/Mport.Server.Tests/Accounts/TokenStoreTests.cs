using System.Net;
using System.Text;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts;

public abstract class TokenStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly IPAddress _from = IPAddress.Parse("192.0.2.7");
    private TestStores _stores = null!;
    private UserRecord _ann = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _ann = await _stores.AddUserAsync("ann@example.com");
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task GoodToken_IsAcceptedAsItsAccount()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);

        var accepted = Assert.IsType<TokenCheck.Accepted>(await CheckAsync(issued.Token));

        Assert.Equal(new TokenCheck.Accepted(_ann.Id, "ann@example.com", issued.Id, TokenScopes.Default, UserRole.Member), accepted);
    }

    [Fact]
    public async Task MistypedToken_IsMalformed()
    {
        var text = (await _stores.AddTokenAsync(_ann.Id)).Token.Reveal();

        await AssertRefusedAsync(new Secret(text[..^1] + (text[^1] == 'A' ? 'B' : 'A')), AccountErrors.TokenMalformed);
        await AssertRefusedAsync(new Secret(""), AccountErrors.TokenMalformed);
        await AssertRefusedAsync(new Secret("mpt_"), AccountErrors.TokenMalformed);
    }

    [Fact]
    public async Task KeyThatDoesNotExist_IsUnknown() =>
        await AssertRefusedAsync(AccessToken.Create(Ulid.Create(_stores.Time)), AccountErrors.TokenUnknown);

    [Fact]
    public async Task OtherSecretForAnExistingKey_IsUnknown()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        Assert.True(AccessToken.TryGetKeyId(issued.Token, out var keyId));

        await AssertRefusedAsync(AccessToken.Create(keyId), AccountErrors.TokenUnknown);
    }

    [Fact]
    public async Task RevokedToken_IsRefused()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        Assert.True(await _stores.Tokens.RevokeAsync(issued.Id, CancellationToken.None).Limited("the revocation"));

        await AssertRefusedAsync(issued.Token, AccountErrors.TokenRevoked);
    }

    [Fact]
    public async Task RevokedTwice_KeepsTheFirstMoment()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        var first = _stores.Time.GetUtcNow();
        await _stores.Tokens.RevokeAsync(issued.Id, CancellationToken.None).Limited("the revocation");
        _stores.Time.Advance(TimeSpan.FromHours(1));

        Assert.True(await _stores.Tokens.RevokeAsync(issued.Id, CancellationToken.None).Limited("the second revocation"));

        Assert.Equal(first, Assert.Single(await ListAsync()).RevokedAt);
    }

    [Fact]
    public async Task UnknownId_CannotBeRevoked() =>
        Assert.False(await _stores.Tokens.RevokeAsync(new TokenId("key_x"), CancellationToken.None).Limited("the revocation"));

    [Fact]
    public async Task Expiry_EndsTheTokenAtItsMoment()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id, _stores.Time.GetUtcNow() + TimeSpan.FromDays(1));
        _stores.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.IsType<TokenCheck.Accepted>(await CheckAsync(issued.Token));

        _stores.Time.Advance(TimeSpan.FromMilliseconds(1));

        await AssertRefusedAsync(issued.Token, AccountErrors.TokenExpired);
    }

    [Fact]
    public async Task DisabledAccount_IsRefusedUntilEnabled()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        await SetEnabledAsync(false);
        await AssertRefusedAsync(issued.Token, AccountErrors.AccountDisabled);

        await SetEnabledAsync(true);

        Assert.IsType<TokenCheck.Accepted>(await CheckAsync(issued.Token));
    }

    [Fact]
    public async Task WrongSecretOfARevokedToken_LearnsNothing()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        await _stores.Tokens.RevokeAsync(issued.Id, CancellationToken.None).Limited("the revocation");
        Assert.True(AccessToken.TryGetKeyId(issued.Token, out var keyId));

        await AssertRefusedAsync(AccessToken.Create(keyId), AccountErrors.TokenUnknown);
    }

    [Fact]
    public async Task Use_IsNotedOnceAMinute()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        Assert.Null(Assert.Single(await ListAsync()).LastUsedAt);
        var first = _stores.Time.GetUtcNow();
        await CheckAsync(issued.Token);

        _stores.Time.Advance(TimeSpan.FromSeconds(59));
        await CheckAsync(issued.Token, IPAddress.Parse("2001:db8::1"));
        var soon = Assert.Single(await ListAsync());
        Assert.Equal((first, "192.0.2.7"), (soon.LastUsedAt, soon.LastUsedAddress));

        _stores.Time.Advance(TimeSpan.FromSeconds(1));
        await CheckAsync(issued.Token, IPAddress.Parse("::ffff:198.51.100.1"));
        var later = Assert.Single(await ListAsync());
        Assert.Equal((_stores.Time.GetUtcNow(), "198.51.100.1"), (later.LastUsedAt, later.LastUsedAddress));
    }

    [Fact]
    public async Task FindEnded_TellsEachReasonAndNoLivingToken()
    {
        var bob = await _stores.AddUserAsync("bob@example.com");
        var good = await _stores.AddTokenAsync(_ann.Id);
        var revoked = await _stores.AddTokenAsync(_ann.Id);
        var expired = await _stores.AddTokenAsync(_ann.Id, _stores.Time.GetUtcNow() + TimeSpan.FromSeconds(1));
        var disabled = await _stores.AddTokenAsync(bob.Id);
        var gone = new TokenId("key_gone");
        await _stores.Tokens.RevokeAsync(revoked.Id, CancellationToken.None).Limited("the revocation");
        await SetEnabledAsync(false, "bob@example.com");
        _stores.Time.Advance(TimeSpan.FromSeconds(1));

        var ended = await FindEndedAsync([good.Id, revoked.Id, expired.Id, disabled.Id, gone]);

        Assert.Equal(
            new[]
            {
                (revoked.Id, AccountErrors.TokenRevoked), (expired.Id, AccountErrors.TokenExpired),
                (disabled.Id, AccountErrors.AccountDisabled), (gone, AccountErrors.TokenUnknown),
            },
            ended.Select(end => (end.Id, end.Why)));
    }

    [Fact]
    public async Task AuditorsToken_HostsNothing_AndItsSessionsEnd()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        Assert.True(EmailAddress.TryParse(_ann.Email, out var email));
        Assert.True(await _stores.Users.SetRoleAsync(email, UserRole.Auditor, CancellationToken.None).Limited("the role"));

        var accepted = Assert.IsType<TokenCheck.Accepted>(await CheckAsync(issued.Token));

        Assert.Equal((UserRole.Auditor, TokenScopes.TunnelsRead | TokenScopes.UsageRead | TokenScopes.TeamsRead), (accepted.Role, accepted.Scopes));
        Assert.Equal(new EndedToken(issued.Id, AccountErrors.RoleForbids), Assert.Single(await FindEndedAsync([issued.Id])));
    }

    [Fact]
    public async Task FindEnded_TakesThousandsOfTokens()
    {
        var good = await _stores.AddTokenAsync(_ann.Id);
        var many = Enumerable.Range(0, 50_000).Select(i => new TokenId($"key_{i}")).Append(good.Id).ToList();

        var ended = await FindEndedAsync(many);

        Assert.Equal(50_000, ended.Count);
        Assert.DoesNotContain(ended, end => end.Id == good.Id);
    }

    [Fact]
    public async Task Database_HoldsNoToken()
    {
        var issued = await _stores.AddTokenAsync(_ann.Id);
        await CheckAsync(issued.Token);
        var secret = issued.Token.Reveal();

        var dumps = await _stores.DumpAsync();
        Assert.Contains(dumps, dump => dump.Contains(issued.Id.Value, StringComparison.Ordinal));
        foreach (var dump in dumps)
        {
            Assert.DoesNotContain(secret, dump, StringComparison.Ordinal);
            Assert.DoesNotContain(secret.Substring(31, 20), dump, StringComparison.Ordinal);
            // As a word: there is a column next_attempt_at.
            Assert.DoesNotMatch("(?<![a-z])" + AccessToken.Prefix, dump);
        }
    }

    private Task<TokenCheck> CheckAsync(Secret token, IPAddress? from = null) =>
        _stores.Tokens.CheckAsync(token, from ?? _from, CancellationToken.None).Limited("the check of a token");

    private Task<IReadOnlyList<EndedToken>> FindEndedAsync(IReadOnlyCollection<TokenId> ids) =>
        _stores.Tokens.FindEndedAsync(ids, CancellationToken.None).Limited("the ended tokens");

    private Task<IReadOnlyList<TokenRecord>> ListAsync() => _stores.Tokens.ListAsync(CancellationToken.None).Limited("the list of tokens");

    private async Task SetEnabledAsync(bool enabled, string email = "ann@example.com")
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        Assert.True(await _stores.Users.SetEnabledAsync(address, enabled, CancellationToken.None).Limited("the account to change"));
    }

    private async Task AssertRefusedAsync(Secret token, ErrorDescription why) =>
        Assert.Equal(why, Assert.IsType<TokenCheck.Refused>(await CheckAsync(token)).Why);
}

public sealed class SqliteTokenStoreTests() : TokenStoreTests(StoreProvider.Sqlite);

public sealed class PostgresTokenStoreTests() : TokenStoreTests(StoreProvider.Postgres);

using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts;

public abstract class OwnTokenStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;
    private UserId _ann;
    private UserId _bob;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _ann = (await _stores.AddUserAsync("ann@example.com")).Id;
        _bob = (await _stores.AddUserAsync("bob@example.com")).Id;
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Token_IsItsOwnersAlone() // SEC-40
    {
        var token = await CreateAsync("laptop");

        Assert.Null(await _stores.OwnTokens.FindAsync(_bob, token, TestContext.Current.CancellationToken).Limited("no token"));
        Assert.False(await _stores.OwnTokens.RevokeAsync(_bob, token, TestContext.Current.CancellationToken).Limited("no revocation"));
        Assert.False(await RenameAsync(_bob, token, 1, "mine"));
        Assert.Empty(await _stores.OwnTokens.ListAsync(_bob, Lists.Query(), TestContext.Current.CancellationToken).Limited("no tokens"));
        Assert.Null((await FindAsync(token)).RevokedAt);
    }

    [Fact]
    public async Task Change_WinsUnderItsRevisionAlone()
    {
        var token = await CreateAsync("laptop");

        var renamed = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => RenameAsync(_ann, token, 1, $"name {i}"))).Limited("ten changes at once");

        Assert.Single(renamed, done => done);
        Assert.Equal(2, (await FindAsync(token)).Revision);
    }

    [Fact]
    public async Task RevokedAndLimitedToken_StaysAsItEndedFirst()
    {
        var token = await CreateAsync("laptop");
        var end = _stores.Time.GetUtcNow().AddHours(1);
        await LimitAsync(token, end);
        await LimitAsync(token, end.AddHours(1));
        await _stores.OwnTokens.RevokeAsync(_ann, token, TestContext.Current.CancellationToken).Limited("the revocation");
        var first = await FindAsync(token);
        _stores.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(await _stores.OwnTokens.RevokeAsync(_ann, token, TestContext.Current.CancellationToken).Limited("a second revocation"));

        Assert.Equal(end.ToUnixTimeMilliseconds(), first.ExpiresAt?.ToUnixTimeMilliseconds());
        Assert.NotNull(first.RevokedAt);
        Assert.Equal(first.RevokedAt, (await FindAsync(token)).RevokedAt);
    }

    [Fact]
    public async Task Pages_FollowEachOtherByName_AndTheSearchKnowsNoCaseAndNoWildcards()
    {
        foreach (var name in (string[])["b", "A_1", "a", "Ax1", "ä%"])
        {
            await CreateAsync(name);
        }

        var byName = Lists.Query(1) with { Sort = "name" };
        var first = await ListAsync(byName);
        var rest = await ListAsync(byName with { Limit = 10, After = new(first[1].Name, first[1].Id.Value) });
        var back = await ListAsync(byName with { Limit = 10, Descending = true });

        // By their bytes, on both databases.
        Assert.Equal(["A_1", "Ax1", "a", "b", "ä%"], [.. first.Concat(rest).Select(token => token.Name)]);
        Assert.Equal(["ä%", "b", "a", "Ax1", "A_1"], back.Select(token => token.Name));
        Assert.Equal("A_1", Assert.Single(await ListAsync(Lists.Query() with { Search = "a_" })).Name);
        Assert.Equal("ä%", Assert.Single(await ListAsync(Lists.Query() with { Search = "%" })).Name);
    }

    private async Task<TokenId> CreateAsync(string text)
    {
        Assert.True(TokenName.TryParse(text, out var name));
        var issued = await _stores.OwnTokens.CreateAsync(new NewToken { UserId = _ann, Name = name }, TestContext.Current.CancellationToken).Limited("a token");
        Assert.NotNull(issued);
        return issued.Id;
    }

    private Task<bool> RenameAsync(UserId owner, TokenId token, long revision, string text)
    {
        Assert.True(TokenName.TryParse(text, out var name));
        return _stores.OwnTokens.RenameAsync(owner, token, revision, name, TestContext.Current.CancellationToken).Limited("another name");
    }

    private Task LimitAsync(TokenId token, DateTimeOffset end) => _stores.OwnTokens.LimitAsync(_ann, token, end, TestContext.Current.CancellationToken).Limited("the end");

    private Task<IReadOnlyList<TokenRecord>> ListAsync(Mport.Server.Api.ListQuery query) => _stores.OwnTokens.ListAsync(_ann, query, TestContext.Current.CancellationToken).Limited("the tokens");

    private async Task<TokenRecord> FindAsync(TokenId token)
    {
        var found = await _stores.OwnTokens.FindAsync(_ann, token, TestContext.Current.CancellationToken).Limited("the token");
        Assert.NotNull(found);
        return found;
    }
}

public sealed class SqliteOwnTokenStoreTests() : OwnTokenStoreTests(StoreProvider.Sqlite);

public sealed class PostgresOwnTokenStoreTests() : OwnTokenStoreTests(StoreProvider.Postgres);

using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts;

public abstract class UserStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;

    public async ValueTask InitializeAsync() => _stores = await TestStores.CreateAsync(provider);

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task SameAddressInOtherCase_IsTheSameAccount()
    {
        var ann = await _stores.AddUserAsync("Ann@Example.com");
        Assert.True(EmailAddress.TryParse("ann@EXAMPLE.com", out var again));

        Assert.Null(await _stores.Users.AddAsync(new NewUser { Email = again }, CancellationToken.None).Limited("the second account"));
        Assert.Equal(ann, await _stores.Users.FindAsync(again, CancellationToken.None).Limited("the account"));
        Assert.Equal("Ann@Example.com", ann.Email);
    }

    [Fact]
    public async Task Count_TellsEnabledOnes()
    {
        Assert.Equal(new UserCount(0, 0), await CountAsync());
        await _stores.AddUserAsync("ann@example.com");
        await _stores.AddUserAsync("bob@example.com");
        Assert.True(EmailAddress.TryParse("bob@example.com", out var bob));
        await _stores.Users.SetEnabledAsync(bob, enabled: false, CancellationToken.None).Limited("the account to change");

        Assert.Equal(new UserCount(2, 1), await CountAsync());
    }

    [Fact]
    public async Task UnknownAddress_CannotBeDisabled()
    {
        Assert.True(EmailAddress.TryParse("nobody@example.com", out var nobody));

        Assert.False(await _stores.Users.SetEnabledAsync(nobody, enabled: false, CancellationToken.None).Limited("the answer"));
    }

    [Fact]
    public async Task DisabledOwner_IsNotFoundAsOwner()
    {
        Assert.True(EmailAddress.TryParse("owner@example.com", out var email));
        await _stores.Users.AddAsync(new NewUser { Email = email, IsOwner = true, IsAdmin = true }, CancellationToken.None).Limited("the owner");
        Assert.NotNull(await _stores.Users.FindEnabledOwnerAsync(CancellationToken.None).Limited("the owner"));

        await _stores.Users.SetEnabledAsync(email, enabled: false, CancellationToken.None).Limited("the account to change");

        Assert.Null(await _stores.Users.FindEnabledOwnerAsync(CancellationToken.None).Limited("the owner"));
    }

    [Fact]
    public async Task OneAddressByManyAtOnce_IsOneAccount() // SEC-115
    {
        Assert.True(EmailAddress.TryParse("ann@example.com", out var email));

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => _stores.Users.AddAsync(new NewUser { Email = email }, CancellationToken.None).Limited("an account"))).Limited("twenty of one address");

        Assert.Single(made, user => user is not null);
        Assert.Equal(new UserCount(1, 1), await CountAsync());
    }

    [Fact]
    public async Task Pages_FollowEachOtherByAddressToo_AndTheSearchKnowsNoCase()
    {
        string[] addresses = ["Zoe@example.com", "ann@example.com", "Bob_1@example.com", "bobx1@example.com"];
        foreach (var address in addresses)
        {
            await _stores.AddUserAsync(address);
        }

        var byAddress = Lists.Query(1) with { Sort = "email" };
        var first = await ListAsync(byAddress);
        var rest = await ListAsync(byAddress with { Limit = 10, After = new(first[1].Email.ToLowerInvariant(), first[1].Id.Value) });

        Assert.Equal(["ann@example.com", "Bob_1@example.com", "bobx1@example.com", "Zoe@example.com"], [.. first.Concat(rest).Select(user => user.Email)]);
        Assert.Equal("Bob_1@example.com", Assert.Single(await ListAsync(Lists.Query() with { Search = "bOb_1" })).Email);
    }

    [Fact]
    public async Task ChangeOfAnAccountThatWasChangedMeanwhile_IsRefused()
    {
        var ann = await _stores.AddUserAsync("ann@example.com");

        var changed = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => _stores.UserAdmin.ChangeAsync(ann, UserRole.Admin, disabled: false, CancellationToken.None).Limited("a change"))).Limited("ten changes at once");

        Assert.Single(changed, done => done);
        Assert.True((await _stores.UserAdmin.FindAsync(ann.Id, CancellationToken.None).Limited("the account"))?.IsAdmin);
    }

    private Task<IReadOnlyList<UserRecord>> ListAsync(Mport.Server.Api.ListQuery query) => _stores.UserAdmin.ListAsync(query, CancellationToken.None).Limited("the accounts");

    private Task<UserCount> CountAsync() => _stores.Users.CountAsync(CancellationToken.None).Limited("the count");
}

public sealed class SqliteUserStoreTests() : UserStoreTests(StoreProvider.Sqlite);

public sealed class PostgresUserStoreTests() : UserStoreTests(StoreProvider.Postgres);

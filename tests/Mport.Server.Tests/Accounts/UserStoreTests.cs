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

    private Task<UserCount> CountAsync() => _stores.Users.CountAsync(CancellationToken.None).Limited("the count");
}

public sealed class SqliteUserStoreTests() : UserStoreTests(StoreProvider.Sqlite);

public sealed class PostgresUserStoreTests() : UserStoreTests(StoreProvider.Postgres);

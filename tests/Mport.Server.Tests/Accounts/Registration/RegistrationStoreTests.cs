using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Registration;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Registration;

public abstract class RegistrationStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;

    private RegistrationStore Registrations => _stores.Accounts.Registrations;

    public async ValueTask InitializeAsync() => _stores = await TestStores.CreateAsync(provider);

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ConfirmedAddress_HasAnAccountOfAMember_AndNoneBefore()
    {
        var link = await CreateAsync("Ann@example.com");
        Assert.Empty(await _stores.Users.ListAsync(CancellationToken.None).Limited("the accounts"));

        var id = await ConfirmAsync(link);

        var user = Assert.Single(await _stores.Users.ListAsync(CancellationToken.None).Limited("the accounts"));
        Assert.Equal((id, "Ann@example.com", UserRole.Member, false), (user.Id, user.Email, user.Role, user.IsOwner));
        Assert.Null(await ConfirmAsync(link));
        Assert.Null(await FindAsync(link));
        Assert.Null(await TryCreateAsync("ann@EXAMPLE.com"));
    }

    [Fact]
    public async Task ConfirmedByManyAtOnce_WithTwoLinks_MakesOneAccount() // SEC-115
    {
        Secret[] links = [await CreateAsync("ann@example.com"), await CreateAsync("ann@example.com")];

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ConfirmAsync(links[i % 2]))).Limited("twenty that confirm");

        Assert.Single(made, id => id is not null);
        Assert.Single(await _stores.Users.ListAsync(CancellationToken.None).Limited("the accounts"));
    }

    [Fact]
    public async Task LinkIsOver_AfterAnHour() // SEC-72
    {
        var link = await CreateAsync("ann@example.com");
        _stores.Time.Advance(RegistrationStore.Lifetime - TimeSpan.FromSeconds(1));
        Assert.NotNull(await FindAsync(link));
        _stores.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromHours(1), RegistrationStore.Lifetime);
        Assert.Null(await FindAsync(link));
        Assert.Null(await ConfirmAsync(link));
        Assert.Empty(await _stores.Users.ListAsync(CancellationToken.None).Limited("the accounts"));
    }

    [Fact]
    public async Task Database_HoldsNoSecret() // SEC-65
    {
        var link = await CreateAsync("ann@example.com");

        Assert.All(await _stores.DumpAsync(), dump => Assert.DoesNotContain(link.Reveal(), dump, StringComparison.Ordinal));
    }

    private async Task<Secret> CreateAsync(string email)
    {
        var link = await TryCreateAsync(email);
        Assert.NotNull(link);
        return link;
    }

    private Task<Secret?> TryCreateAsync(string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        return Registrations.CreateAsync(address, CancellationToken.None).Limited("a link");
    }

    private Task<EmailAddress?> FindAsync(Secret link) => Registrations.FindAsync(link, CancellationToken.None).Limited("the link");

    private Task<UserId?> ConfirmAsync(Secret link) => Registrations.ConfirmAsync(link, "hash", CancellationToken.None).Limited("the confirmation");
}

public sealed class SqliteRegistrationStoreTests() : RegistrationStoreTests(StoreProvider.Sqlite);

public sealed class PostgresRegistrationStoreTests() : RegistrationStoreTests(StoreProvider.Postgres);

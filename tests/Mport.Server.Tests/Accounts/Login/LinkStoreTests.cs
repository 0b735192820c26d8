using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Login;

public abstract class LinkStoreTests(StoreProvider provider) : IAsyncLifetime // SEC-72
{
    private TestStores _stores = null!;
    private EmailAddress _ann;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        await _stores.AddUserAsync("ann@example.com");
        Assert.True(EmailAddress.TryParse("ann@example.com", out _ann));
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Link_WorksForAnHour()
    {
        var link = await CreateAsync();
        _stores.Time.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        Assert.True(await WorksAsync(link));

        _stores.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await WorksAsync(link));
    }

    [Fact]
    public async Task SetPassword_VoidsEveryLinkOfTheAccount_AndWorksOnce()
    {
        var (first, second) = (await CreateAsync(), await CreateAsync());
        var target = await _stores.Accounts.Links.FindAsync(first, CancellationToken.None).Limited("the link");
        Assert.NotNull(target);

        Assert.True(await SetAsync(target.UserId, target.SecurityStamp));
        Assert.False(await SetAsync(target.UserId, target.SecurityStamp));

        Assert.False(await WorksAsync(first));
        Assert.False(await WorksAsync(second));
    }

    [Fact]
    public async Task ManyAtOnce_SetOnePassword()
    {
        var link = await CreateAsync();
        var target = await _stores.Accounts.Links.FindAsync(link, CancellationToken.None).Limited("the link");
        Assert.NotNull(target);

        var set = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SetAsync(target.UserId, target.SecurityStamp)));

        Assert.Single(set, true);
    }

    [Fact]
    public async Task DisabledAccount_HasNoLink()
    {
        var link = await CreateAsync();
        await _stores.Users.SetEnabledAsync(_ann, enabled: false, CancellationToken.None).Limited("the account");

        Assert.False(await WorksAsync(link));
        Assert.Null(await _stores.Accounts.Links.CreateAsync(_ann, CancellationToken.None).Limited("a link"));
        await _stores.Users.SetEnabledAsync(_ann, enabled: true, CancellationToken.None).Limited("the account");
        Assert.False(await WorksAsync(link));
    }

    private async Task<Secret> CreateAsync()
    {
        var link = await _stores.Accounts.Links.CreateAsync(_ann, CancellationToken.None).Limited("a link");
        Assert.NotNull(link);
        return link;
    }

    private async Task<bool> WorksAsync(Secret link) => await _stores.Accounts.Links.FindAsync(link, CancellationToken.None).Limited("the link") is not null;

    private Task<bool> SetAsync(UserId user, long stamp) => _stores.Accounts.Credentials.SetPasswordAsync(user, stamp, "hash", CancellationToken.None).Limited("the password");
}

public sealed class SqliteLinkStoreTests() : LinkStoreTests(StoreProvider.Sqlite);

public sealed class PostgresLinkStoreTests() : LinkStoreTests(StoreProvider.Postgres);

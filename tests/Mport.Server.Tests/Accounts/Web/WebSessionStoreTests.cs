using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Web;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Web;

public abstract class WebSessionStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly WebVisitor _visitor = new(IPAddress.Parse("192.0.2.7"), "Firefox/1");
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
    public async Task Session_EndsADayAfterItsLastUse()
    {
        var begun = await BeginAsync();
        _stores.Time.Advance(TimeSpan.FromHours(23));
        Assert.NotNull(await FindAsync(begun));
        _stores.Time.Advance(TimeSpan.FromHours(23));
        Assert.NotNull(await FindAsync(begun));

        _stores.Time.Advance(TimeSpan.FromHours(24));

        Assert.Null(await FindAsync(begun));
    }

    [Fact]
    public async Task Session_EndsAWeekAfterItsBeginning_HoweverItIsUsed()
    {
        var begun = await BeginAsync();
        for (var hours = 0; hours < 7 * 24; hours += 12)
        {
            Assert.NotNull(await FindAsync(begun));
            _stores.Time.Advance(TimeSpan.FromHours(12));
        }

        Assert.Null(await FindAsync(begun));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("role")]
    [InlineData("password")]
    [InlineData("factor")]
    public async Task WhatChangesTheAccount_EndsItsSessionsAtOnce(string change) // SEC-67, SEC-68
    {
        var begun = await BeginAsync();
        Assert.True(EmailAddress.TryParse(_ann.Email, out var email));
        var done = change switch
        {
            "disabled" => _stores.Users.SetEnabledAsync(email, enabled: false, CancellationToken.None),
            "role" => _stores.Users.SetRoleAsync(email, UserRole.Admin, CancellationToken.None),
            "password" => _stores.Accounts.Credentials.SetPasswordAsync(_ann.Id, 0, "hash", CancellationToken.None),
            _ => _stores.Accounts.Credentials.DisableTotpAsync(_ann.Id, CancellationToken.None),
        };
        Assert.True(await done.Limited("the change"));

        Assert.Null(await FindAsync(begun));
    }

    [Fact]
    public async Task Session_OfAnother_CannotBeEnded()
    {
        var bob = await _stores.AddUserAsync("bob@example.com");
        var begun = await BeginAsync();

        Assert.False(await _stores.Accounts.WebSessions.EndAsync(bob.Id, begun.Id, CancellationToken.None).Limited("the end"));
        Assert.Empty(await _stores.Accounts.WebSessions.ListAsync(bob.Id, CancellationToken.None).Limited("the list"));
        Assert.NotNull(await FindAsync(begun));
        Assert.True(await _stores.Accounts.WebSessions.EndAsync(_ann.Id, begun.Id, CancellationToken.None).Limited("the end"));
        Assert.Null(await FindAsync(begun));
    }

    [Fact]
    public async Task TooMany_PushOutTheOneUnusedForLongest()
    {
        var first = await BeginAsync();
        for (var i = 0; i < WebSessionStore.MaxPerAccount; i++)
        {
            _stores.Time.Advance(TimeSpan.FromSeconds(1));
            await BeginAsync();
        }

        Assert.Null(await FindAsync(first));
        Assert.Equal(WebSessionStore.MaxPerAccount, (await _stores.Accounts.WebSessions.ListAsync(_ann.Id, CancellationToken.None).Limited("the list")).Count);
    }

    [Fact]
    public async Task LastUse_IsNotedOnceAMinute()
    {
        var begun = await BeginAsync();
        var start = _stores.Time.GetUtcNow();
        _stores.Time.Advance(TimeSpan.FromSeconds(59));
        await FindAsync(begun);
        Assert.Equal(start, (await FindAsync(begun))?.LastSeenAt);

        _stores.Time.Advance(TimeSpan.FromSeconds(1));
        await FindAsync(begun);

        Assert.Equal(_stores.Time.GetUtcNow(), (await FindAsync(begun))?.LastSeenAt);
    }

    private Task<BegunWebSession> BeginAsync() => _stores.Accounts.WebSessions.BeginAsync(_ann.Id, 0, awaitsCode: false, _visitor, CancellationToken.None).Limited("a session");

    private Task<WebSession?> FindAsync(BegunWebSession begun) => _stores.Accounts.WebSessions.FindAsync(begun.Cookie, _visitor, CancellationToken.None).Limited("the session");
}

public sealed class SqliteWebSessionStoreTests() : WebSessionStoreTests(StoreProvider.Sqlite);

public sealed class PostgresWebSessionStoreTests() : WebSessionStoreTests(StoreProvider.Postgres);

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Removal;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Passkeys;

public abstract class PasskeyStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;
    private UserId _ann;
    private UserId _bob;

    private PasskeyStore Passkeys => _stores.Accounts.Passkeys;

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
    public async Task UnderOneStamp_OneIsAdded_HoweverManyComeAtOneTime()
    {
        var stamp = await StampAsync(_ann);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => AddAsync(_ann, stamp, (byte)i))).Limited("ten at once");

        Assert.Single(results, result => result is PasskeyAdding.Added);
        Assert.All(results, result => Assert.True(result is PasskeyAdding.Added or PasskeyAdding.Outdated));
        Assert.Equal(stamp + 1, await StampAsync(_ann));
        Assert.Single(await ListAsync(_ann));
    }

    [Fact]
    public async Task OneOfTheSameDevice_IsOneAccounts()
    {
        Assert.Equal(PasskeyAdding.Added, await AddAsync(_ann, await StampAsync(_ann), 1));

        Assert.Equal(PasskeyAdding.Taken, await AddAsync(_bob, await StampAsync(_bob), 1));
        Assert.Equal(_ann, await Passkeys.FindHolderAsync(CredentialOf(1), CancellationToken.None).Limited("the holder"));
        Assert.Null(await Passkeys.FindAsync(_bob, CredentialOf(1), CancellationToken.None).Limited("none of Bob's"));
    }

    [Fact]
    public async Task Twenty_AreEnough()
    {
        for (var i = 0; i < PasskeyStore.MaxPerAccount; i++)
        {
            Assert.Equal(PasskeyAdding.Added, await AddAsync(_ann, await StampAsync(_ann), (byte)i));
        }

        var stamp = await StampAsync(_ann);
        Assert.Equal(PasskeyAdding.TooMany, await AddAsync(_ann, stamp, 99));

        // Nothing was done: the account's sessions go on.
        Assert.Equal(stamp, await StampAsync(_ann));
        Assert.Equal(PasskeyStore.MaxPerAccount, (await ListAsync(_ann)).Count);
        Assert.Equal(PasskeyAdding.Added, await AddAsync(_bob, await StampAsync(_bob), 100));
    }

    [Fact]
    public async Task Question_IsAnsweredOnce_HoweverManyComeAtOneTime()
    {
        await AddAsync(_ann, await StampAsync(_ann), 1);

        var uses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => UseAsync(question: 5, count: 0))).Limited("ten at once");

        Assert.Single(uses, use => use is PasskeyUse.Used);
        Assert.Equal(9, uses.Count(use => use is PasskeyUse.Late));
        Assert.Equal(PasskeyUse.Late, await UseAsync(question: 4, count: 0));
        Assert.Equal(PasskeyUse.Used, await UseAsync(question: 6, count: 0));
        Assert.NotNull((await ListAsync(_ann)).Single().LastUsedAt);
    }

    [Fact]
    public async Task Counter_OnlyGrows_OnceItCounts()
    {
        await AddAsync(_ann, await StampAsync(_ann), 1);

        Assert.Equal(PasskeyUse.Used, await UseAsync(question: 1, count: 0));
        Assert.Equal(PasskeyUse.Used, await UseAsync(question: 2, count: uint.MaxValue));
        Assert.Equal(PasskeyUse.Copied, await UseAsync(question: 3, count: uint.MaxValue));
        Assert.Equal(PasskeyUse.Copied, await UseAsync(question: 4, count: 0));
        Assert.Equal(uint.MaxValue, (await ListAsync(_ann)).Single().SignCount);
    }

    [Fact]
    public async Task Removed_IsGone_AndTheAccountHasAnotherStamp()
    {
        await AddAsync(_ann, await StampAsync(_ann), 1);
        var (one, stamp) = ((await ListAsync(_ann)).Single(), await StampAsync(_ann));
        Assert.False(await Passkeys.RemoveAsync(_bob, one.Id, CancellationToken.None).Limited("nothing of Bob's"));

        Assert.True(await Passkeys.RemoveAsync(_ann, one.Id, CancellationToken.None).Limited("removing"));

        Assert.False(await Passkeys.RemoveAsync(_ann, one.Id, CancellationToken.None).Limited("nothing more"));
        Assert.Equal(stamp + 1, await StampAsync(_ann));
        Assert.Equal(PasskeyUse.Gone, await UseAsync(question: 1, count: 0));
    }

    [Fact]
    public async Task Name_IsChangedUnderItsRevisionAlone()
    {
        await AddAsync(_ann, await StampAsync(_ann), 1);
        var one = (await ListAsync(_ann)).Single();
        Assert.True(TokenName.TryParse("Key", out var name));

        Assert.False(await Passkeys.RenameAsync(_bob, one.Id, one.Revision, name, CancellationToken.None).Limited("nothing of Bob's"));
        Assert.True(await Passkeys.RenameAsync(_ann, one.Id, one.Revision, name, CancellationToken.None).Limited("renaming"));
        Assert.False(await Passkeys.RenameAsync(_ann, one.Id, one.Revision, name, CancellationToken.None).Limited("too late"));
    }

    [Fact]
    public async Task DeletedAccount_LeavesNone()
    {
        await AddAsync(_ann, await StampAsync(_ann), 1);

        Assert.IsType<RemovalResult.Removed>(await _stores.Removal.RemoveAsync(_ann, heir: null, CancellationToken.None).Limited("the account's removal"));

        await using var context = await _stores.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await context.Passkeys.CountAsync(CancellationToken.None));
    }

    private static byte[] CredentialOf(byte number) => [.. Enumerable.Repeat(number, PasskeyStore.MaxCredentialId)];

    private async Task<PasskeyAdding> AddAsync(UserId user, long stamp, byte number)
    {
        Assert.True(TokenName.TryParse("Phone", out var name));
        var info = new UserPasskeyInfo(
            CredentialOf(number), new byte[PasskeyStore.MaxPublicKey], _stores.Time.GetUtcNow(), 0, ["internal", "usb", "nfc", "ble", "hybrid", "smart-card", "x"],
            isUserVerified: true, isBackupEligible: true, isBackedUp: false, [], []);
        return (await Passkeys.AddAsync(user, stamp, name, info, TestContext.Current.CancellationToken).Limited("a passkey")).Result;
    }

    private Task<PasskeyUse> UseAsync(long question, long count) =>
        Passkeys.UseAsync(_ann, CredentialOf(1), question, count, isBackedUp: true, TestContext.Current.CancellationToken).Limited("using it");

    private Task<IReadOnlyList<PasskeyRecord>> ListAsync(UserId user) => Passkeys.ListAsync(user, TestContext.Current.CancellationToken).Limited("the list");

    private async Task<long> StampAsync(UserId user)
    {
        var account = await _stores.Accounts.Credentials.FindAsync(user, TestContext.Current.CancellationToken).Limited("the account");
        Assert.NotNull(account);
        return account.SecurityStamp;
    }
}

public sealed class SqlitePasskeyStoreTests() : PasskeyStoreTests(StoreProvider.Sqlite);

public sealed class PostgresPasskeyStoreTests() : PasskeyStoreTests(StoreProvider.Postgres);

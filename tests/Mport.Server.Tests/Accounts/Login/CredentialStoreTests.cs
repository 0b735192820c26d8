using Mport.Server.Accounts;
using Mport.Server.Accounts.Login;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Login;

public abstract class CredentialStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly byte[] _code = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] _otherCode = [.. Enumerable.Repeat((byte)2, 32)];
    private TestStores _stores = null!;
    private UserId _ann;

    private CredentialStore Credentials => _stores.Accounts.Credentials;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _ann = (await _stores.AddUserAsync("ann@example.com")).Id;
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Password_IsSetUnderTheStampAlone_AndChangesIt()
    {
        var stamp = (await FindAsync()).SecurityStamp;

        var set = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => Credentials.SetPasswordAsync(_ann, stamp, $"hash {i}", TestContext.Current.CancellationToken).Limited("a password"))).Limited("ten links at once");

        Assert.Single(set, done => done);
        var after = await FindAsync();
        Assert.Equal(stamp + 1, after.SecurityStamp);
        Assert.StartsWith("hash ", after.PasswordHash, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UpgradedHash_TakesThePlaceOfTheSamePasswordsAlone()
    {
        await Credentials.SetPasswordAsync(_ann, (await FindAsync()).SecurityStamp, "old", TestContext.Current.CancellationToken).Limited("the password");

        await Credentials.UpgradeHashAsync(_ann, "another", "strong", TestContext.Current.CancellationToken).Limited("no upgrade");
        Assert.Equal("old", (await FindAsync()).PasswordHash);
        await Credentials.UpgradeHashAsync(_ann, "old", "strong", TestContext.Current.CancellationToken).Limited("the upgrade");

        Assert.Equal("strong", (await FindAsync()).PasswordHash);
    }

    [Fact]
    public async Task SecondFactor_IsAskedForFromItsFirstCodeOn_AndNoMoreOnceItIsOff()
    {
        Assert.True(await Credentials.BeginTotpAsync(_ann, [1, 2, 3], TestContext.Current.CancellationToken).Limited("the secret"));
        var begun = await FindAsync();
        await EnableAsync();
        var enabled = await FindAsync();

        Assert.False(await Credentials.BeginTotpAsync(_ann, [4], TestContext.Current.CancellationToken).Limited("another secret"));
        Assert.Equal(2, await Credentials.CountRecoveryCodesAsync(_ann, TestContext.Current.CancellationToken).Limited("the codes"));
        Assert.True(await Credentials.DisableTotpAsync(_ann, TestContext.Current.CancellationToken).Limited("the end"));

        var disabled = await FindAsync();
        Assert.Null(begun.TotpSince);
        Assert.Equal([1, 2, 3], begun.TotpSecret);
        Assert.Equal(_stores.Time.GetUtcNow().ToUnixTimeMilliseconds(), enabled.TotpSince?.ToUnixTimeMilliseconds());
        Assert.Equal((null, null), (disabled.TotpSince, disabled.TotpSecret));
        Assert.Equal((begun.SecurityStamp + 1, begun.SecurityStamp + 2), (enabled.SecurityStamp, disabled.SecurityStamp));
        Assert.Equal(0, await Credentials.CountRecoveryCodesAsync(_ann, TestContext.Current.CancellationToken).Limited("the codes"));
    }

    [Fact]
    public async Task CodeOfOneStep_IsTakenOnce() // SEC-73
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Credentials.TakeTotpStepAsync(_ann, 7, TestContext.Current.CancellationToken).Limited("a code"))).Limited("twenty with one code");

        Assert.Single(taken, done => done);
        Assert.False(await Credentials.TakeTotpStepAsync(_ann, 6, TestContext.Current.CancellationToken).Limited("an older code"));
        Assert.True(await Credentials.TakeTotpStepAsync(_ann, 8, TestContext.Current.CancellationToken).Limited("the next code"));
    }

    [Fact]
    public async Task RecoveryCode_IsTakenOnce() // SEC-73
    {
        await Credentials.BeginTotpAsync(_ann, [1], TestContext.Current.CancellationToken).Limited("the secret");
        await EnableAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Credentials.TakeRecoveryCodeAsync(_ann, _code, TestContext.Current.CancellationToken).Limited("a code"))).Limited("twenty with one code");

        Assert.Single(taken, done => done);
        Assert.Equal(1, await Credentials.CountRecoveryCodesAsync(_ann, TestContext.Current.CancellationToken).Limited("the codes"));
    }

    private Task EnableAsync() => Credentials.EnableTotpAsync(_ann, [_code, _otherCode], TestContext.Current.CancellationToken).Limited("the second factor");

    private async Task<LoginRecord> FindAsync()
    {
        var found = await Credentials.FindAsync(_ann, TestContext.Current.CancellationToken).Limited("the account");
        Assert.NotNull(found);
        return found;
    }
}

public sealed class SqliteCredentialStoreTests() : CredentialStoreTests(StoreProvider.Sqlite);

public sealed class PostgresCredentialStoreTests() : CredentialStoreTests(StoreProvider.Postgres);

using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Devices;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Devices;

public abstract class DeviceLoginStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;
    private DeviceLoginStore _logins = null!;
    private UserId _ann;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _logins = _stores.Accounts.DeviceLogins(new AccountKey(new byte[32]));
        _ann = (await _stores.AddUserAsync("ann@example.com")).Id;
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ApprovedMachine_IsToldOnce_HoweverManyAskAtOnce()
    {
        var begun = await BeginAsync();
        Assert.IsType<DeviceAnswer.Waiting>(await PollAsync(begun.Device));
        Assert.Equal("laptop", (await _logins.FindAsync(begun.Code, TestContext.Current.CancellationToken).Limited("the machine"))?.Machine);
        Assert.True(await DecideAsync(begun, approve: true));
        Assert.False(await DecideAsync(begun, approve: false));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PollAsync(begun.Device))).Limited("ten questions at once");

        Assert.Equal(new DeviceAnswer.Approved(_ann, "laptop"), Assert.Single(answers, answer => answer is not DeviceAnswer.Gone));
    }

    [Fact]
    public async Task RefusedMachine_IsToldSo()
    {
        var begun = await BeginAsync();
        await DecideAsync(begun, approve: false);

        Assert.IsType<DeviceAnswer.Denied>(await PollAsync(begun.Device));
        Assert.IsType<DeviceAnswer.Gone>(await PollAsync(begun.Device));
    }

    [Fact]
    public async Task HastyMachine_HasToLeaveMoreTime()
    {
        var begun = await BeginAsync();
        await PollAsync(begun.Device);

        Assert.Equal(new DeviceAnswer.Waiting(TimeSpan.FromSeconds(4), TooSoon: true), await PollAsync(begun.Device));
    }

    [Fact]
    public async Task OldCodes_AreGone_AndMakeRoom()
    {
        var begun = await BeginAsync();
        _stores.Time.Advance(DeviceLoginStore.Lifetime);

        Assert.IsType<DeviceAnswer.Gone>(await PollAsync(begun.Device));
        Assert.False(await DecideAsync(begun, approve: true));
        await BeginAsync();
        await using var context = await _stores.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Single(context.DeviceLogins);
    }

    private async Task<BegunDeviceLogin> BeginAsync()
    {
        var begun = await _logins.BeginAsync("laptop", "127.0.0.1", TestContext.Current.CancellationToken).Limited("a login to begin");
        Assert.NotNull(begun);
        return begun;
    }

    private Task<bool> DecideAsync(BegunDeviceLogin begun, bool approve) => _logins.DecideAsync(begun.Code, _ann, approve, TestContext.Current.CancellationToken).Limited("a decision");

    private Task<DeviceAnswer> PollAsync(Secret device) => _logins.PollAsync(device, TestContext.Current.CancellationToken).Limited("an answer");
}

public sealed class SqliteDeviceLoginStoreTests() : DeviceLoginStoreTests(StoreProvider.Sqlite);

public sealed class PostgresDeviceLoginStoreTests() : DeviceLoginStoreTests(StoreProvider.Postgres);

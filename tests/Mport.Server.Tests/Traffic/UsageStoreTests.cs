using Mport.Server.Accounts;
using Mport.Server.Quotas;
using Mport.Server.Tests.Kit;
using Mport.Server.Traffic;
using Mport.Testing;

namespace Mport.Server.Tests.Traffic;

public abstract class UsageStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly UserId Ann = new("usr_01J00000000000000000000001");
    private static readonly UserId Bob = new("usr_01J00000000000000000000002");
    private static readonly TokenId Key = new("key_01J00000000000000000000001");
    private static readonly TunnelId Web = new("tun_01J00000000000000000000001");
    private static readonly TunnelId Ssh = new("tun_01J00000000000000000000002");
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private TestStores _stores = null!;

    public async ValueTask InitializeAsync() => _stores = await TestStores.CreateAsync(provider);

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Batch_StandsInMinutesHoursAndDays()
    {
        await WriteAsync("run_1", Batch(1, (Ann, Web, 0, 100), (Ann, Web, 1, 20), (Ann, Ssh, 61, 3)));

        Assert.Equal([100, 20, 3], await BytesAsync(UsageStep.Minute));
        Assert.Equal([120, 3], await BytesAsync(UsageStep.Hour));
        Assert.Equal([123], await BytesAsync(UsageStep.Day));
    }

    [Fact]
    public async Task SameBatchAgain_CountsOnce() // The answer to a commit may be lost.
    {
        await WriteAsync("run_1", Batch(1, (Ann, Web, 0, 100)));
        await WriteAsync("run_1", Batch(1, (Ann, Web, 0, 100)));
        await WriteAsync("run_1", Batch(2, (Ann, Web, 0, 5)));
        await WriteAsync("run_1", Batch(1, (Ann, Web, 0, 100)));

        Assert.Equal([105], await BytesAsync(UsageStep.Day));
    }

    [Fact]
    public async Task TwoEdgesThatWriteAtOnce_BothCount()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async edge =>
        {
            for (var number = 1; number <= 10; number++)
            {
                await WriteAsync($"run_{edge}", Batch(number, (Ann, Web, 0, 1), (Ann, Ssh, 0, 1)));
            }
        })).Limited("four edges");

        Assert.Equal([80], await BytesAsync(UsageStep.Day));
    }

    [Fact]
    public async Task LargeBatch_IsWrittenWhole()
    {
        var counts = Enumerable.Range(0, 500).ToDictionary(
            i => new UsageMinute(new UsageKey(Ann, Key, new TunnelId($"tun_{i:D26}")), Noon), i => new UsageCount(i, 1, 0, 0, 0, 0));
        await WriteAsync("run_1", new UsageBatch(1, counts));

        Assert.Equal([(499 * 500 / 2) + 500], await BytesAsync(UsageStep.Day));
    }

    [Fact]
    public async Task Series_AreByTunnelTokenOrAccount_AndOfOneAccountAlone() // SEC-40
    {
        await WriteAsync("run_1", Batch(1, (Ann, Web, 0, 100), (Ann, Ssh, 0, 20), (Bob, Web, 0, 7)));

        var byTunnel = await ReadAsync(new() { AccountId = Ann, Step = UsageStep.Day, From = Noon.AddDays(-1), To = Noon.AddDays(1), By = UsageBy.Tunnel });
        var byAccount = await ReadAsync(new() { AccountId = null, Step = UsageStep.Day, From = Noon.AddDays(-1), To = Noon.AddDays(1), By = UsageBy.Account });

        Assert.Equal([(Web.Value, 100L), (Ssh.Value, 20L)], byTunnel.Select(point => (point.Id, point.Count.BytesIn)));
        Assert.Equal([(Ann.Value, 120L), (Bob.Value, 7L)], byAccount.Select(point => (point.Id, point.Count.BytesIn)));
        Assert.Equal(Noon.AddHours(-12), byTunnel[0].Start);
    }

    [Fact]
    public async Task OldUsage_IsRemoved_EachStepAfterItsTime()
    {
        _stores.Time.Advance(Noon - _stores.Time.GetUtcNow());
        await WriteAsync("run_1", Batch(1, (Ann, Web, 0, 100)));
        _stores.Time.Advance(TimeSpan.FromDays(10));

        await _stores.Usage.TrimAsync(new UsageOptions(), TestContext.Current.CancellationToken).Limited("old usage to go");

        Assert.Empty(await BytesAsync(UsageStep.Minute));
        Assert.Equal([100], await BytesAsync(UsageStep.Hour));
        Assert.Equal([100], await BytesAsync(UsageStep.Day));
    }

    [Fact]
    public async Task UseOfThisDayAndMonth_IsSummedUpForQuotas()
    {
        _stores.Time.Advance(Noon.AddDays(3) - _stores.Time.GetUtcNow());
        await WriteAsync("run_1", Batch(1, (Ann, Web, 0, 100), (Ann, Ssh, 3 * 24 * 60, 20), (Bob, Web, 0, 7)));

        foreach (var (kind, id, expected) in new[] { (QuotaKind.Account, Ann.Value, new QuotaTotals(20, 120, 0)), (QuotaKind.Token, Key.Value, new(20, 127, 0)), (QuotaKind.Tunnel, Ssh.Value, new(20, 20, 0)) })
        {
            var sums = await _stores.Quotas.SumAsync(kind, [id], TestContext.Current.CancellationToken).Limited("the sums");
            Assert.Equal(expected, Assert.Single(sums).Value);
        }
    }

    private static UsageBatch Batch(long number, params (UserId Account, TunnelId Tunnel, int Minute, long Bytes)[] counts) => new(
        number, counts.ToDictionary(one => new UsageMinute(new UsageKey(one.Account, Key, one.Tunnel), Noon.AddMinutes(one.Minute)), one => new UsageCount(one.Bytes, 0, 0, 0, 0, 0)));

    private Task WriteAsync(string run, UsageBatch batch) => _stores.Usage.WriteAsync(run, batch, TestContext.Current.CancellationToken).Limited("a batch");

    private Task<IReadOnlyList<UsagePoint>> ReadAsync(UsageQuery query) => _stores.Usage.ReadAsync(query, TestContext.Current.CancellationToken).Limited("the series");

    private async Task<IEnumerable<long>> BytesAsync(UsageStep step) =>
        (await ReadAsync(new() { AccountId = Ann, Step = step, From = Noon.AddDays(-40), To = Noon.AddDays(40) })).Select(point => point.Count.Bytes);
}

public sealed class SqliteUsageStoreTests() : UsageStoreTests(StoreProvider.Sqlite);

public sealed class PostgresUsageStoreTests() : UsageStoreTests(StoreProvider.Postgres);

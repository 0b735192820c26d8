using Mport.Server.Accounts;
using Mport.Server.Api;
using Mport.Server.Quotas;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Quotas;

public abstract class QuotaStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly QuotaLimits _some = new() { Tunnels = 3, BytesPerDay = 1L << 40, Action = QuotaAction.Throttle, ThrottleTo = 1000 };
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
    public async Task WhatIsSet_IsFound_UntilItIsCleared()
    {
        var subject = new QuotaSubject(QuotaKind.Account, _ann.Id.Value);
        var empty = await FingerprintAsync();
        Assert.Null(await SetAsync(subject, _some));
        var first = await FingerprintAsync();
        _stores.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(_some, await SetAsync(subject, _some with { Tunnels = null }));

        Assert.Equal(_some with { Tunnels = null }, Assert.Single(await _stores.Quotas.ListAsync(TestContext.Current.CancellationToken).Limited("the quotas")).Limits);
        Assert.Equal(3, new[] { empty, first, await FingerprintAsync() }.Distinct().Count());
        Assert.True(await _stores.Quotas.ClearAsync(subject, TestContext.Current.CancellationToken).Limited("the end of the quota"));
        Assert.False(await _stores.Quotas.ClearAsync(subject, TestContext.Current.CancellationToken).Limited("the end of no quota"));
        Assert.Null(await _stores.Quotas.FindAsync(subject, TestContext.Current.CancellationToken).Limited("the quota"));
    }

    [Fact]
    public async Task SetByManyAtOnce_OneOfThemCounts()
    {
        var subject = new QuotaSubject(QuotaKind.Account, _ann.Id.Value);

        var before = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => SetAsync(subject, new QuotaLimits { Tunnels = i }))).Limited("twenty that set a quota");

        Assert.Single(before, limits => limits is null);
        Assert.InRange(Assert.Single(await _stores.Quotas.ListAsync(TestContext.Current.CancellationToken).Limited("the quotas")).Limits.Tunnels ?? 0, 1, 20);
    }

    [Fact]
    public async Task Subjects_AreTheAccountItself_AndThoseOfItsOwnThatWereSet() // SEC-40
    {
        var bob = await _stores.AddUserAsync("bob@example.com");
        var (set, unset, strange) = (await _stores.AddTokenAsync(_ann.Id), await _stores.AddTokenAsync(_ann.Id), await _stores.AddTokenAsync(bob.Id));
        await SetAsync(new QuotaSubject(QuotaKind.Token, set.Id.Value), _some);
        await SetAsync(new QuotaSubject(QuotaKind.Token, strange.Id.Value), _some);

        Assert.Equal([set.Id.Value, _ann.Id.Value], await SubjectsAsync(_ann.Id, descending: false));
        Assert.Equal([_ann.Id.Value, set.Id.Value], await SubjectsAsync(_ann.Id, descending: true));
        Assert.Equal(new[] { set.Id.Value, strange.Id.Value }.Order(StringComparer.Ordinal), await SubjectsAsync(account: null, descending: false));
        Assert.Equal(_ann.Id, await _stores.Quotas.FindOwnerAsync(new QuotaSubject(QuotaKind.Token, unset.Id.Value), TestContext.Current.CancellationToken).Limited("the owner"));
    }

    [Fact]
    public async Task Subjects_ComeInPages()
    {
        foreach (var i in Enumerable.Range(0, 5))
        {
            await SetAsync(new QuotaSubject(QuotaKind.Tunnel, $"tun_{i:D26}"), _some);
        }

        var first = await SubjectsAsync(account: null, descending: false, take: 3);
        var rest = await SubjectsAsync(account: null, descending: false, after: first[^1]);

        Assert.Equal(3, first.Count);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"tun_{i:D26}"), [.. first, .. rest]);
    }

    private Task<QuotaLimits?> SetAsync(QuotaSubject subject, QuotaLimits limits) =>
        _stores.Quotas.SetAsync(subject, limits, TestContext.Current.CancellationToken).Limited("the quota to be set");

    private Task<(int Count, DateTimeOffset? Last)> FingerprintAsync() => _stores.Quotas.FingerprintAsync(TestContext.Current.CancellationToken).Limited("the fingerprint");

    private async Task<List<string>> SubjectsAsync(UserId? account, bool descending, int take = 100, string? after = null)
    {
        var query = Lists.Query(take - 1) with { Descending = descending, After = after is null ? null : new ListPosition("", after) };
        return [.. (await _stores.Quotas.ListSubjectsAsync(account, query, TestContext.Current.CancellationToken).Limited("the subjects")).Select(subject => subject.Id)];
    }
}

public sealed class SqliteQuotaStoreTests() : QuotaStoreTests(StoreProvider.Sqlite);

public sealed class PostgresQuotaStoreTests() : QuotaStoreTests(StoreProvider.Postgres);

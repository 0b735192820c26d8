using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Accounts.Web;
using Mport.Server.Api;
using Mport.Server.Data;
using Mport.Server.Domains;
using Mport.Server.Events;
using Mport.Server.Quotas;
using Mport.Server.Tests.Kit;
using Mport.Server.Traffic;
using Mport.Testing;

namespace Mport.Server.Tests.Data.Plans;

/// <summary>Each query of a list, on 100,000 rows: found through an index, in the index's order, without rows that are read for nothing.</summary>
public abstract partial class ListPlanTests(CrowdedDatabase database)
{
    // An account has no more of anything that its lists read.
    private const int MostOfOneAccount = 1_000;

    private static readonly UserId _account = new(CrowdedDatabase.Id("usr", 7));
    private static readonly TeamId _team = new(CrowdedDatabase.Id("team", 6));
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    private static readonly Dictionary<string, Func<IDbContextFactory<EdgeDbContext>, ListQuery, Task>> _lists = new(StringComparer.Ordinal)
    {
        ["tokens id"] = (contexts, query) => Tokens(contexts).ListAsync(_account, query, _cancel),
        ["tokens name"] = (contexts, query) => Tokens(contexts).ListAsync(_account, query, _cancel),
        ["team-tunnels id"] = (contexts, query) => Tunnels(contexts).ListAsync(_account, _team, query, _cancel),
        ["team-tunnels name"] = (contexts, query) => Tunnels(contexts).ListAsync(_account, _team, query, _cancel),
        ["reservations id"] = (contexts, query) => new ReservationStore(contexts, TimeProvider.System).ListAsync(_account, query, _cancel),
        ["domains id"] = (contexts, query) => new DomainStore(contexts, TimeProvider.System).ListAsync(_account, query, _cancel),
        ["domains name"] = (contexts, query) => new DomainStore(contexts, TimeProvider.System).ListAsync(_account, query, _cancel),
        ["users id"] = (contexts, query) => new UserAdminStore(contexts, TimeProvider.System).ListAsync(query, _cancel),
        ["users email"] = (contexts, query) => new UserAdminStore(contexts, TimeProvider.System).ListAsync(query, _cancel),
        ["invitations id"] = (contexts, query) => new InvitationStore(contexts, TimeProvider.System).ListAsync(query, _cancel),
        ["quotas id"] = (contexts, query) => new QuotaStore(contexts, TimeProvider.System).ListSubjectsAsync(account: null, query, _cancel),
    };

    // A person's are read in order; those of the few teams that a person is in are found by an index, and sorted.
    private static readonly Dictionary<string, Func<IDbContextFactory<EdgeDbContext>, ListQuery, Task>> _listsOfMembers = new(StringComparer.Ordinal)
    {
        ["tunnels id"] = (contexts, query) => Tunnels(contexts).ListAsync(_account, team: null, query, _cancel),
        ["tunnels name"] = (contexts, query) => Tunnels(contexts).ListAsync(_account, team: null, query, _cancel),
        ["teams id"] = (contexts, query) => new TeamStore(contexts, TimeProvider.System).ListAsync(_account, query, _cancel),
        ["teams name"] = (contexts, query) => new TeamStore(contexts, TimeProvider.System).ListAsync(_account, query, _cancel),
    };

    private static readonly Dictionary<string, EventQuery> _events = new(StringComparer.Ordinal)
    {
        ["all"] = new(),
        ["of an account"] = new() { AccountId = _account },
        ["the audit"] = new() { AuditOnly = true },
        ["the audit of an account"] = new() { AccountId = _account, AuditOnly = true },
        ["about an object"] = new() { SubjectId = CrowdedDatabase.Id("tun", 500) },
        ["by an actor"] = new() { ActorId = _account.Value },
        ["of a rare kind"] = new() { Kind = "token.created" },
    };

    /// <summary>The lists by field, in either direction, the first page and one far behind.</summary>
    public static TheoryData<string, bool, bool> Lists() => PagesOf(_lists.Keys);

    /// <summary>The lists of what is a person's and of its teams, likewise.</summary>
    public static TheoryData<string, bool, bool> ListsOfMembers() => PagesOf(_listsOfMembers.Keys);

    private static TheoryData<string, bool, bool> PagesOf(IEnumerable<string> lists)
    {
        var all = new TheoryData<string, bool, bool>();
        foreach (var (list, descending, isFirst) in lists.SelectMany(list => new[] { (list, false, true), (list, false, false), (list, true, true), (list, true, false) }))
        {
            all.Add(list, descending, isFirst);
        }

        return all;
    }

    /// <summary>The filters of the event log, in either direction.</summary>
    public static TheoryData<string, bool> EventLists()
    {
        var all = new TheoryData<string, bool>();
        foreach (var list in _events.Keys)
        {
            all.Add(list, true);
            all.Add(list, false);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Page_IsReadInTheOrderOfAnIndex(string list, bool descending, bool isFirst)
    {
        var plans = new PlanReader(database.Provider);

        await _lists[list](database.Explained(plans), PageOf(list, descending, isFirst)).Limited(list);

        AssertGood(plans, MostOfOneAccount);
    }

    [Theory]
    [MemberData(nameof(ListsOfMembers))]
    public async Task PageOfAMember_IsFoundByIndexes(string list, bool descending, bool isFirst)
    {
        var plans = new PlanReader(database.Provider);

        await _listsOfMembers[list](database.Explained(plans), PageOf(list, descending, isFirst)).Limited(list);

        AssertGood(plans, MostOfOneAccount, sorts: true);
    }

    [Theory]
    [MemberData(nameof(EventLists))]
    public async Task Events_AreReadInTheOrderOfTheLog(string list, bool newestFirst)
    {
        var plans = new PlanReader(database.Provider);
        var events = new EventStore(database.Explained(plans));

        await events.ListAsync(_events[list] with { NewestFirst = newestFirst, Limit = 26 }, _cancel).Limited(list);
        await events.ListAsync(_events[list] with { NewestFirst = newestFirst, Limit = 26, Cursor = 50_000 }, _cancel).Limited(list);

        AssertGood(plans, MostOfOneAccount);
    }

    [Fact]
    public async Task Usage_IsFoundByAccountTunnelTokenAndTime()
    {
        var plans = new PlanReader(database.Provider);
        var usage = new UsageStore(database.Explained(plans), TimeProvider.System);
        var query = new UsageQuery { AccountId = _account, Step = UsageStep.Minute, From = CrowdedDatabase.Beginning, To = CrowdedDatabase.Beginning.AddMinutes(5) };

        await usage.ReadAsync(query, _cancel).Limited("the account's");
        await usage.ReadAsync(query with { By = UsageBy.Tunnel }, _cancel).Limited("the account's by tunnel");
        await usage.ReadAsync(query with { TunnelId = new TunnelId(CrowdedDatabase.Id("tun", 6)) }, _cancel).Limited("a tunnel's");
        await usage.ReadAsync(query with { TokenId = new TokenId(CrowdedDatabase.Id("key", 6)) }, _cancel).Limited("a token's");
        await usage.ReadAsync(query with { AccountId = null, TeamId = _team }, _cancel).Limited("a team's");
        await usage.ReadAsync(query with { AccountId = null, By = UsageBy.Account }, _cancel).Limited("everybody's");

        // What is found is summed up: a sort of the sums is no fault.
        AssertGood(plans, MostOfOneAccount, sorts: true);
    }

    [Fact]
    public async Task WhatAnAccountHasFewOf_IsFoundByAnIndex()
    {
        var plans = new PlanReader(database.Provider);
        var contexts = database.Explained(plans);

        // Fifty at most, sorted by their last use.
        await new WebSessionStore(contexts, TimeProvider.System, NullLogger<WebSessionStore>.Instance).ListAsync(_account, _cancel).Limited("the sessions");

        // The account and its 500 tokens. (For a thousand tunnels PostgreSQL rather reads all quotas once than each by itself.)
        var quotas = new QuotaStore(contexts, TimeProvider.System);
        await quotas.ListSubjectsAsync(new UserId(CrowdedDatabase.Id("usr", 150)), Kit.Lists.Query(25), _cancel).Limited("the account's quotas");
        await quotas.FindAllAsync([_account.Value, CrowdedDatabase.Id("tun", 6)], _cancel).Limited("two quotas");

        AssertGood(plans, MostOfOneAccount, sorts: true);
    }

    private static ListQuery PageOf(string list, bool descending, bool isFirst)
    {
        var field = list.Split(' ')[1];
        var query = Kit.Lists.Query(25) with { Sort = field, Descending = descending };
        if (!isFirst)
        {
            var (prefix, name) = list.Split(' ')[0] switch
            {
                "tokens" => ("key", "token 500"),
                "tunnels" or "team-tunnels" or "quotas" => ("tun", "web-50006"),
                "teams" => ("team", "team-50006"),
                "reservations" => ("res", ""),
                "domains" => ("dom", "shop50006.example.com"),
                "users" => ("usr", "user50006@example.com"),
                _ => ("inv", ""),
            };
            query = query with { After = new ListPosition(field is "id" ? "" : name, CrowdedDatabase.Id(prefix, 50_006)) };
        }

        return query;
    }

    private static OwnTunnelStore Tunnels(IDbContextFactory<EdgeDbContext> contexts) => new(contexts, TimeProvider.System);

    private static OwnTokenStore Tokens(IDbContextFactory<EdgeDbContext> contexts) =>
        new(contexts, new TokenStore(contexts, TimeProvider.System, NullLogger<TokenStore>.Instance), TimeProvider.System);

    private void AssertGood(PlanReader plans, int most, bool sorts = false)
    {
        Assert.NotEmpty(plans.Plans);
        var (scan, sort) = database.Provider == StoreProvider.Sqlite ? (SqliteScan(), SqliteSort()) : (PostgresScan(), PostgresSort());
        Assert.All(plans.Plans, plan =>
        {
            Assert.False(plan.Steps.Any(step => scan.Match(step) is { Success: true } read && !plan.Steps.Contains($"CO-ROUTINE {read.Groups["table"].Value}")), $"A table is read whole: {plan}");
            Assert.False(!sorts && plan.Steps.Any(sort.IsMatch), $"Rows are sorted: {plan}");
            Assert.False(plan.Steps.Any(step => PostgresWaste().Match(step) is { Success: true } waste && int.Parse(waste.Groups["rows"].Value) > most), $"Rows are read for nothing: {plan}");
        });
    }

    // A scan through an index is one in its order, which ends with the page.
    [GeneratedRegex(@"^SCAN (?!\(|CONSTANT)(?!.* (USING|VIRTUAL) )(?<table>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex SqliteScan();

    [GeneratedRegex("USE TEMP B-TREE")]
    private static partial Regex SqliteSort();

    [GeneratedRegex("Seq Scan on")]
    private static partial Regex PostgresScan();

    // The rows of a page may be sorted once more behind a join, and rows of one value in themselves; not more than are shown.
    [GeneratedRegex(@"top-N heapsort|external|\bSort \(actual rows=\d{3}")]
    private static partial Regex PostgresSort();

    [GeneratedRegex(@"Rows Removed by Filter: (?<rows>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex PostgresWaste();
}

public sealed class SqliteListPlanTests(CrowdedSqlite database) : ListPlanTests(database), IClassFixture<CrowdedSqlite>;

public sealed class PostgresListPlanTests(CrowdedPostgres database) : ListPlanTests(database), IClassFixture<CrowdedPostgres>;

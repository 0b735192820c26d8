using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Events;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Events;

public abstract class EventStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly UserId Ann = new("usr_01J00000000000000000000001");
    private TestStores _stores = null!;

    public async ValueTask InitializeAsync() => _stores = await TestStores.CreateAsync(provider);

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task WholeLog_IsFoundWhole()
    {
        await AppendAsync(5);

        var found = await VerifyAsync();

        Assert.Null(found.Fault);
        Assert.Equal((5, 5), (found.Count, found.Head.Sequence));
    }

    [Theory]
    [InlineData("UPDATE events SET reason = 'another' WHERE sequence = 3", "event 3 ")]
    [InlineData("UPDATE events SET account_id = NULL WHERE sequence = 3", "event 3 ")]
    [InlineData("UPDATE events SET at = LATER WHERE sequence = 3", "event 3 ")]
    [InlineData("UPDATE events SET hash = ZEROES WHERE sequence = 3", "event 3 ")]
    [InlineData("DELETE FROM events WHERE sequence = 3", "events 3 to 3 are missing")]
    [InlineData("DELETE FROM events WHERE sequence = 1", "events 1 to 1 are missing")]
    public async Task ChangedOrRemovedEvent_IsFound(string tampering, string fault) // SEC-111
    {
        await AppendAsync(5);
        var (later, zeroes) = provider == StoreProvider.Sqlite ? ("at + 1", "zeroblob(32)") : ("at + interval '1 ms'", "decode(repeat('00', 32), 'hex')");
        var statement = tampering.Replace("LATER", later, StringComparison.Ordinal).Replace("ZEROES", zeroes, StringComparison.Ordinal);
        await using (var context = await _stores.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, await context.Database.ExecuteSqlRawAsync(statement, TestContext.Current.CancellationToken).Limited("the tampering"));
        }

        var found = await VerifyAsync();

        Assert.Contains(fault, found.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EventsCutOffTheEnd_AreFoundByWhoKnowsTheEnd() // SEC-111
    {
        var head = await AppendAsync(5);
        await using (var context = await _stores.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await context.Events.Where(row => row.Sequence > 3).ExecuteDeleteAsync(TestContext.Current.CancellationToken).Limited("the cut");
        }

        Assert.Null((await VerifyAsync()).Fault);
        Assert.Contains("were cut off", (await VerifyAsync(head)).Fault, StringComparison.Ordinal);

        await AppendAsync(2);
        Assert.Contains("written anew", (await VerifyAsync(head)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoThatAppendAtOnce_KeepOneChain()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AppendAsync(10))).Limited("eight appenders");

        var found = await VerifyAsync();

        Assert.Null(found.Fault);
        Assert.Equal(80, found.Count);
    }

    [Fact]
    public async Task SameEventsAgain_AreWrittenOnce()
    {
        var waiting = Enumerable.Range(0, 3).Select(_ => WaitingEvent.Of(Happened(), _stores.Time)).ToList();
        await _stores.Events.AppendAsync(waiting, TestContext.Current.CancellationToken).Limited("the events");
        await _stores.Events.AppendAsync([.. waiting, WaitingEvent.Of(Happened(), _stores.Time)], TestContext.Current.CancellationToken).Limited("the events again");

        Assert.Equal(4, (await VerifyAsync()).Count);
    }

    [Fact]
    public async Task OldEvents_AreRemovedFromTheBeginning_AndTheChainGoesOn()
    {
        await AppendAsync(4);
        _stores.Time.Advance(TimeSpan.FromDays(10));
        var head = await AppendAsync(3);

        var removed = await _stores.Events.TrimAsync(_stores.Time.GetUtcNow() - TimeSpan.FromDays(1), 100, TestContext.Current.CancellationToken).Limited("the old events to go");

        var found = await VerifyAsync(head, new EventHead(2, new byte[32]));
        Assert.Equal((4, 3, 1), (removed, found.Count, found.Unchecked));
        Assert.Null(found.Fault);
        Assert.Equal(8, (await AppendAsync(1)).Sequence);
        Assert.Null((await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task Account_SeesItsOwnAlone() // SEC-40
    {
        await AppendAsync(2);
        await AppendAsync(2, new UserId("usr_01J00000000000000000000002"));

        var own = await _stores.Events.ListAsync(new EventQuery { AccountId = Ann }, TestContext.Current.CancellationToken).Limited("the events");

        Assert.Equal(2, own.Count);
        Assert.All(own, one => Assert.Equal(Ann, one.AccountId));
        Assert.Null(await _stores.Events.FindPlaceAsync(own[0].Id, new UserId("usr_01J00000000000000000000002"), TestContext.Current.CancellationToken).Limited("a place"));
    }

    [Fact]
    public async Task WhatComesFromOutside_IsHarmlessAndBounded() // SEC-110
    {
        var waiting = WaitingEvent.Of(Happened() with { Reason = "\x1b]0;x\a" + new string('a', 10_000), After = new Dictionary<string, string?> { ["host"] = "a\r\nb" } }, _stores.Time);
        await _stores.Events.AppendAsync([waiting], TestContext.Current.CancellationToken).Limited("the event");

        var one = Assert.Single(await _stores.Events.ListAsync(new EventQuery(), TestContext.Current.CancellationToken).Limited("the events"));
        Assert.Equal(EventText.MaxReason, one.Reason?.Length);
        Assert.StartsWith(@"\u001B]0;x\u0007aaa", one.Reason, StringComparison.Ordinal);
        Assert.Equal("""{"host":"a\\r\\nb"}""", one.After);
    }

    private static EdgeEvent Happened(UserId? account = null) => new()
    {
        Kind = EventKinds.TokenCreated,
        Actor = EventActor.OfUser(Ann, "ann@example.com", System.Net.IPAddress.Loopback),
        AccountId = account ?? Ann,
        Subject = new EventSubject("token", "key_1", "laptop"),
        Reason = "for a test",
    };

    private Task<EventHead> AppendAsync(int count, UserId? account = null) =>
        _stores.Events.AppendAsync([.. Enumerable.Range(0, count).Select(_ => WaitingEvent.Of(Happened(account), _stores.Time))], TestContext.Current.CancellationToken).Limited("events");

    private Task<EventFinding> VerifyAsync(params EventHead[] known) =>
        EventVerification.RunAsync(_stores.Events, known, TestContext.Current.CancellationToken).Limited("the verification");
}

public sealed class SqliteEventStoreTests() : EventStoreTests(StoreProvider.Sqlite);

public sealed class PostgresEventStoreTests() : EventStoreTests(StoreProvider.Postgres);

using Mport.Server.Accounts;
using Mport.Server.Traffic;

namespace Mport.Server.Tests.Traffic;

public sealed class UsageLedgerTests
{
    private static readonly UsageKey Web = new(new UserId("usr_1"), new TokenId("key_1"), new TunnelId("tun_1"));
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly UsageLedger _ledger = new();

    [Fact]
    public void WhatCameSinceTheLastLook_IsInItsMinute()
    {
        var meter = _ledger.MeterOf(Web, total: null);
        meter.Bytes.AddFromSocket(10);
        _ledger.Sample(Noon.AddSeconds(59));
        meter.Bytes.AddToSocket(5);
        meter.CountRequest();
        _ledger.Sample(Noon.AddSeconds(61));

        var batch = _ledger.TakeBatch();

        Assert.NotNull(batch);
        Assert.Equal(new UsageCount(10, 0, 0, 0, 0, 0), batch.Counts[new(Web, Noon)]);
        Assert.Equal(new UsageCount(0, 5, 0, 1, 0, 0), batch.Counts[new(Web, Noon.AddMinutes(1))]);
        Assert.Same(meter, _ledger.MeterOf(Web, total: null));
    }

    [Fact]
    public void BatchThatWasNotWritten_IsTheSameTheNextTime_AndNewCountsWait()
    {
        var meter = _ledger.MeterOf(Web, total: null);
        meter.CountConnection();
        _ledger.Sample(Noon);
        var batch = _ledger.TakeBatch();
        meter.CountConnection();
        _ledger.Sample(Noon);

        Assert.NotNull(batch);
        Assert.Same(batch, _ledger.TakeBatch());
        Assert.Null(_ledger.WaitingSince(_ledger.LastWritten));
        _ledger.Written(batch);
        Assert.Equal(1, _ledger.WaitingSince(1)?.Values.Single().Connections);
        Assert.Equal(2, _ledger.TakeBatch()?.Number);
    }

    [Fact]
    public void DatabaseThatIsAwayForLong_CostsMinutesAndNoCounts()
    {
        var meters = Enumerable.Range(0, 1_000).Select(i => _ledger.MeterOf(Web with { TunnelId = new TunnelId($"tun_{i}") }, total: null)).ToList();
        for (var minute = 0; minute < 120; minute++)
        {
            meters.ForEach(meter => meter.Bytes.AddFromSocket(1));
            _ledger.Sample(Noon.AddMinutes(minute));
        }

        Assert.InRange(_ledger.Waiting, 1, UsageLedger.MaxWaiting);
        Assert.Equal(120_000, _ledger.TakeBatch()?.Counts.Values.Sum(count => count.Bytes));
    }
}

using System.Collections.Concurrent;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>
/// The quotas of all that has been open since the edge began, at some 300 bytes each, and the limits that were set. Thread-safe; limits are changed by
/// one task.
/// </summary>
/// <param name="defaults">What an account may have, of which nothing else is said.</param>
/// <param name="time">The clock.</param>
internal sealed class QuotaBook(QuotaLimits defaults, TimeProvider time)
{
    private readonly Lock _taking = new();
    private readonly ConcurrentDictionary<QuotaSubject, QuotaMeter> _meters = new();
    private volatile IReadOnlyDictionary<QuotaSubject, QuotaLimits> _set = new Dictionary<QuotaSubject, QuotaLimits>();

    /// <summary>All of them.</summary>
    public IEnumerable<QuotaMeter> Meters => _meters.Select(pair => pair.Value);

    /// <summary>The quota of a subject. The same one each time.</summary>
    public QuotaMeter MeterOf(QuotaSubject subject)
    {
        if (_meters.TryGetValue(subject, out var known))
        {
            return known;
        }

        // Else limits that are set at this moment could be missed.
        lock (_taking)
        {
            var meter = _meters.GetOrAdd(subject, new QuotaMeter(subject, time));
            meter.SetLimits(LimitsOf(subject));
            meter.Judge(time.GetUtcNow());
            return meter;
        }
    }

    /// <summary>What a subject may have.</summary>
    public QuotaLimits LimitsOf(QuotaSubject subject)
    {
        return Complete(subject, _set.GetValueOrDefault(subject));
    }

    /// <summary>What a subject may have for which this is set.</summary>
    public QuotaLimits Complete(QuotaSubject subject, QuotaLimits? set)
    {
        var own = set ?? QuotaLimits.None;
        return subject.Kind is QuotaKind.Account ? own.Over(defaults) : own;
    }

    /// <summary>How many tunnels, names and ports an account may have.</summary>
    public TunnelAllowance AllowanceOf(UserId account) => AllowanceOf(QuotaSubject.Of(account));

    /// <summary>How many tunnels, names and ports a team may have.</summary>
    public TunnelAllowance AllowanceOf(TeamId team) => AllowanceOf(QuotaSubject.Of(team));

    /// <summary>These limits are set from now on, and no others.</summary>
    public void SetAll(IReadOnlyDictionary<QuotaSubject, QuotaLimits> limits)
    {
        lock (_taking)
        {
            _set = limits;
            foreach (var meter in Meters)
            {
                meter.SetLimits(LimitsOf(meter.Subject));
            }
        }
    }

    /// <summary>Takes in what was used since the last time.</summary>
    public void TakeIn(UsageLedger ledger)
    {
        // What is taken out of the meters and what is known to wait change together, or a piece would count twice.
        lock (_taking)
        {
            var now = time.GetUtcNow();
            foreach (var (key, change) in ledger.Sample(now))
            {
                foreach (var subject in QuotaSubject.AllOf(key))
                {
                    MeterOf(subject).Add(change, now);
                }
            }
        }
    }

    /// <summary>Takes over what the database says was used; false when it has changed since.</summary>
    /// <param name="wanted">Whose it is.</param>
    /// <param name="sums">What the database says.</param>
    /// <param name="ledger">Knows what is not in it yet.</param>
    /// <param name="lastWritten"><see cref="UsageLedger.LastWritten"/>, before the database was asked.</param>
    public bool TryTakeOver(IReadOnlyList<QuotaMeter> wanted, Dictionary<QuotaSubject, QuotaTotals> sums, UsageLedger ledger, long lastWritten)
    {
        lock (_taking)
        {
            if (ledger.WaitingSince(lastWritten) is not { } waiting)
            {
                return false;
            }

            var now = time.GetUtcNow();
            AddWaiting(sums, waiting, now);
            foreach (var meter in wanted)
            {
                meter.Set(sums.GetValueOrDefault(meter.Subject), now);
            }

            return true;
        }
    }

    private TunnelAllowance AllowanceOf(QuotaSubject subject)
    {
        var limits = LimitsOf(subject);
        return new TunnelAllowance(limits.Tunnels, limits.Names, limits.Ports);
    }

    private static void AddWaiting(Dictionary<QuotaSubject, QuotaTotals> sums, IReadOnlyDictionary<UsageMinute, UsageCount> waiting, DateTimeOffset now)
    {
        var (day, month) = (UsageStep.Day.StartOf(now), QuotaUse.MonthOf(now));
        foreach (var (minute, count) in waiting.Where(pair => pair.Key.Start >= month))
        {
            var isToday = minute.Start >= day;
            var totals = new QuotaTotals(isToday ? count.Bytes : 0, count.Bytes, isToday ? count.Requests : 0);
            foreach (var subject in QuotaSubject.AllOf(minute.Key))
            {
                sums[subject] = sums.GetValueOrDefault(subject) + totals;
            }
        }
    }
}

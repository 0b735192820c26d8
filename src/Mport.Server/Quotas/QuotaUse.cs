using System.Runtime.InteropServices;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>How much of a subject's day and month is used, and what that means. Pure; not thread-safe.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct QuotaUse
{
    private DateTimeOffset _day;
    private DateTimeOffset _month;

    /// <summary>Bytes of this day.</summary>
    public long DayBytes { get; private set; }

    /// <summary>Bytes of this month.</summary>
    public long MonthBytes { get; private set; }

    /// <summary>Requests of this day.</summary>
    public long DayRequests { get; private set; }

    /// <summary>The beginning of the month that a moment is in.</summary>
    public static DateTimeOffset MonthOf(DateTimeOffset moment) => new(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Something was used.</summary>
    public void Add(UsageCount change, DateTimeOffset now)
    {
        Turn(now);
        DayBytes += change.Bytes;
        MonthBytes += change.Bytes;
        DayRequests += change.Requests;
    }

    /// <summary>This is all that was used.</summary>
    public void Set(QuotaTotals totals, DateTimeOffset now)
    {
        Turn(now);
        (DayBytes, MonthBytes, DayRequests) = (totals.DayBytes, totals.MonthBytes, totals.DayRequests);
    }

    /// <summary>How the use stands against the limits: the limit that is furthest gone, of several used up the one that lasts longest.</summary>
    public QuotaStanding Judge(QuotaLimits limits, DateTimeOffset now)
    {
        Turn(now);
        var nextDay = _day.AddDays(1);
        var standing = QuotaStanding.Free;
        standing = standing.OrWorse(StandingOf("requests_per_day", DayRequests, limits.RequestsPerDay, nextDay));
        standing = standing.OrWorse(StandingOf("bytes_per_day", DayBytes, limits.BytesPerDay, nextDay));
        return standing.OrWorse(StandingOf("bytes_per_month", MonthBytes, limits.BytesPerMonth, _month.AddMonths(1)));
    }

    private static QuotaStanding StandingOf(string limit, long used, long? allowed, DateTimeOffset until)
    {
        if (allowed is not > 0)
        {
            return QuotaStanding.Free;
        }

        var stage = used >= allowed ? QuotaStage.Reached
            : used >= (Int128)allowed.Value * 95 / 100 ? QuotaStage.At95
            : used >= (Int128)allowed.Value * 80 / 100 ? QuotaStage.At80
            : QuotaStage.Free;
        return new QuotaStanding(stage, limit, used, allowed.Value, until);
    }

    // A clock that was set back begins no day anew.
    private void Turn(DateTimeOffset now)
    {
        var day = UsageStep.Day.StartOf(now);
        if (day > _day)
        {
            _day = day;
            DayBytes = 0;
            DayRequests = 0;
        }

        var month = MonthOf(now);
        if (month > _month)
        {
            _month = month;
            MonthBytes = 0;
        }
    }
}

/// <summary>What a subject has used.</summary>
/// <param name="DayBytes">Bytes of this day.</param>
/// <param name="MonthBytes">Bytes of this month.</param>
/// <param name="DayRequests">Requests of this day.</param>
internal readonly record struct QuotaTotals(long DayBytes, long MonthBytes, long DayRequests)
{
    /// <summary>What two come to.</summary>
    public static QuotaTotals operator +(QuotaTotals a, QuotaTotals b) => new(a.DayBytes + b.DayBytes, a.MonthBytes + b.MonthBytes, a.DayRequests + b.DayRequests);
}

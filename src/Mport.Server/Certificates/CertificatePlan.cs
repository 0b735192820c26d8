namespace Mport.Server.Certificates;

/// <summary>When certificates are ordered and renewed. Pure.</summary>
internal static class CertificatePlan
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromHours(12);

    // Days before the end at which somebody hears of it, should renewing not have worked by then (REL-28).
    private static readonly int[] WarnedAt = [14, 7, 1];

    /// <summary>When a name's certificate is to be ordered.</summary>
    public static DateTimeOffset DueAt(CertificateState state, DateTimeOffset now)
    {
        var wanted = state.NotAfter is null ? now : state.RenewAt ?? now;
        return state.NextAttemptAt is { } next && next > wanted ? next : wanted;
    }

    /// <summary>When a new certificate is to be renewed: after two thirds of its life, up to a twentieth of it sooner, so that those of one day do not all come at once.</summary>
    /// <param name="notBefore">From when it is good.</param>
    /// <param name="notAfter">Until when.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">From 0 up to 1.</param>
    public static DateTimeOffset RenewAt(DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now, double random)
    {
        var life = notAfter - notBefore;
        var wanted = notBefore + (life * 2 / 3) - (life * (random / 20));

        // Where this clock and the authority's differ by months, a new one would be old at once, and so would the next.
        var soonest = now + (life / 3 < ShortestLife ? life / 3 : ShortestLife);
        return wanted > soonest ? wanted : soonest;
    }

    /// <summary>When it is to be renewed as its authority wishes (RFC 9773, 4.2): at a random time in the window, at once if that is over.</summary>
    public static DateTimeOffset RenewIn(DateTimeOffset start, DateTimeOffset end, double random) => end > start ? start + ((end - start) * random) : start;

    /// <summary>How long nobody tries after a failure: twice as long each time, from half of that to all of it, and no less than the authority asks.</summary>
    /// <param name="attempts">Failures in a row, this one included.</param>
    /// <param name="random">From 0 up to 1.</param>
    /// <param name="retryAfter">What the authority asks.</param>
    public static TimeSpan Backoff(int attempts, double random, TimeSpan? retryAfter)
    {
        var longest = FirstBackoff * Math.Pow(2, Math.Min(attempts - 1, 20));
        longest = longest < LongestBackoff ? longest : LongestBackoff;
        var pause = longest * ((1 + random) / 2);
        return retryAfter is { } asked && asked > pause ? asked : pause;
    }

    /// <summary>Of how many days before the end somebody is to hear now; null for nothing new.</summary>
    public static int? WarnOf(CertificateState state, DateTimeOffset now)
    {
        if (state.NotAfter is not { } end)
        {
            return null;
        }

        // A short-lived certificate is renewed days before its end; of its last third nobody wants to hear until renewing is late.
        if (state.RenewAt is { } renew && now < renew)
        {
            return null;
        }

        var reached = WarnedAt.Where(days => end - now <= TimeSpan.FromDays(days)).Cast<int?>().LastOrDefault();
        return reached is { } days && state.WarnedDays is not { } told ? days : reached < state.WarnedDays ? reached : null;
    }
}

using Mport.Protocol.Errors;

namespace Mport.Client.Sessions;

/// <summary>
/// When to try again: exponential backoff with full jitter, so that a thousand clients of a restarted edge come back spread out (REL-42), the first
/// one within a second. During an outage of a few minutes no wait is longer than 5 s, so that users are not kept out after the edge is back
/// (REL-01, REL-11); after that, up to 30 s. Pure: no clock, no timer.
/// </summary>
/// <param name="failFast">Never try again.</param>
/// <param name="random">A random number from 0 to below 1.</param>
internal sealed class ReconnectPolicy(bool failFast, Func<double> random)
{
    /// <summary>The most that a first retry waits.</summary>
    public static readonly TimeSpan Base = TimeSpan.FromSeconds(1);

    /// <summary>The most that a retry waits while the outage is young.</summary>
    public static readonly TimeSpan EarlyCap = TimeSpan.FromSeconds(5);

    /// <summary>The most that any retry waits, but for a longer wish of the edge.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    /// <summary>How many attempts the early cap holds for: with 2.5 s as the mean wait, two and a half minutes or more.</summary>
    public const int EarlyAttempts = 60;

    /// <summary>A session that lasted this long was good: what follows begins anew. Less, and an edge that ends each session at once would be dialled every second.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromSeconds(60);

    /// <summary>The most that is waited when the edge asks its clients to move on: they should not all come at the same moment (REL-18).</summary>
    public static readonly TimeSpan MoveJitter = TimeSpan.FromMilliseconds(300);

    // 2^5 s is over either cap: counting further would change nothing.
    private const int MaxDoublings = 5;

    private bool _moved;

    /// <summary>The number of the coming attempt, from 1.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>How long to wait after a failure, or null when the run ends with it.</summary>
    /// <param name="failure">Why there is no session.</param>
    /// <param name="lasted">How long there was one; zero when it was not opened.</param>
    public TimeSpan? Next(Failure failure, TimeSpan lasted)
    {
        if (failFast || !failure.Retry)
        {
            return null;
        }

        _moved = false;
        if (lasted >= Stable)
        {
            Attempt = 1;
        }

        var most = TimeSpan.FromTicks(Math.Min(Base.Ticks << Math.Min(Attempt - 1, MaxDoublings), (Attempt <= EarlyAttempts ? EarlyCap : Cap).Ticks));
        Attempt++;

        // The edge's wish comes first, and the jitter after it: else all whom it told the same would come at the same moment.
        return (failure.RetryAfter ?? TimeSpan.Zero) + most * random();
    }

    /// <summary>How long to wait when the edge has asked the client to move on, which is no failure: next to nothing, unless it asks again and again.</summary>
    /// <param name="failure">What the edge said.</param>
    /// <param name="lasted">How long there was a session.</param>
    public TimeSpan? Moved(Failure failure, TimeSpan lasted)
    {
        if (_moved && lasted < Stable)
        {
            return Next(failure, lasted);
        }

        _moved = true;
        return MoveJitter * random();
    }
}

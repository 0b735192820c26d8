namespace Mport.Client.Sessions;

/// <summary>
/// How fast a broken connection is dialled again while visitors wait for it. Attempts are short and begin anew, because a connection attempt of the
/// system waits longer and longer between its packets: with these, one leaves every second or two, and the first after the network is back finds it.
/// Where the edge answers at once that it is not there, waits with full jitter keep its clients apart (REL-42). Pure.
/// </summary>
/// <param name="random">A random number from 0 to below 1.</param>
internal sealed class RedialPace(Func<double> random)
{
    /// <summary>How long each step of an early attempt may take.</summary>
    public static readonly TimeSpan ShortLimit = TimeSpan.FromSeconds(2);

    /// <summary>How long each step of a later one may take: there are links on which a handshake takes seconds.</summary>
    public static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(4);

    /// <summary>The most that is waited between attempts.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(2);

    private const int ShortAttempts = 5;

    private static readonly TimeSpan Base = TimeSpan.FromMilliseconds(200);

    private int _attempts;

    /// <summary>How long each step of the coming attempt may take.</summary>
    public TimeSpan Limit => _attempts < ShortAttempts ? ShortLimit : LongLimit;

    /// <summary>How long to wait after an attempt that failed.</summary>
    /// <param name="took">How long it took: that counts as waiting.</param>
    /// <param name="wish">How long the edge asks to wait.</param>
    public TimeSpan Next(TimeSpan took, TimeSpan? wish)
    {
        var most = Base * Math.Pow(2, Math.Min(_attempts, 10));
        _attempts++;
        var wait = (most < Cap ? most : Cap) * random() - took;
        return (wish ?? TimeSpan.Zero) + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }
}

using Mport.Protocol.Relay;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>The quotas that hold for one tunnel through one token's clients: the account's, the team's where it is a team's, the token's and the tunnel's own. Thread-safe.</summary>
internal sealed class QuotaLink
{
    // A visitor that finds too many others may come back soon: they come and go.
    private static readonly TimeSpan CrowdPause = TimeSpan.FromSeconds(5);

    private readonly QuotaMeter[] _meters;

    /// <summary>The quotas of a key.</summary>
    public QuotaLink(QuotaBook book, UsageKey key)
    {
        _meters = [.. QuotaSubject.AllOf(key).Select(book.MeterOf)];
        Slots = [.. _meters.Select(meter => meter.Slot)];
    }

    /// <summary>The bandwidths that hold, each by itself.</summary>
    public IReadOnlyList<BandwidthSlot> Slots { get; }

    /// <summary>Whether one of them is used up and everything is to stop.</summary>
    public bool IsStopped
    {
        get
        {
            foreach (var meter in _meters)
            {
                if (meter.IsStopped)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The one that is nearest its end.</summary>
    public QuotaStanding Standing => _meters.Select(meter => meter.Standing).Aggregate(QuotaStanding.Free, (worst, one) => worst.OrWorse(one));

    /// <summary>One more visitor, if there is room; each is followed by <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        for (var i = 0; i < _meters.Length; i++)
        {
            if (!_meters[i].TryEnter())
            {
                while (i-- > 0)
                {
                    _meters[i].Leave();
                }

                return false;
            }
        }

        return true;
    }

    /// <summary>A visitor has gone.</summary>
    public void Leave()
    {
        foreach (var meter in _meters)
        {
            meter.Leave();
        }
    }

    /// <summary>Whether a datagram may pass now. What one of them refuses stays taken from the others.</summary>
    public bool TryPass(int bytes, bool toVisitor)
    {
        foreach (var slot in Slots)
        {
            if (slot.Current is { } pair && (toVisitor ? pair.ToVisitor : pair.FromVisitor)?.TryTake(bytes) == false)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>When a visitor who was turned away may come back.</summary>
    public TimeSpan RetryAfter(DateTimeOffset now)
    {
        var until = _meters.Where(meter => meter.IsStopped).Select(meter => meter.Standing.Until).DefaultIfEmpty(now).Max() - now;
        return until > CrowdPause ? until : CrowdPause;
    }
}

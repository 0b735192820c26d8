using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Relay;
using Mport.Server.Quotas;
using Mport.Server.Tunnels;

namespace Mport.Server.Limits;

/// <summary>Ends visitors' connections that get nowhere. One timer for all of them, and nothing to do for each byte. Thread-safe.</summary>
internal sealed class VisitorWatch(EdgeLimits limits, TunnelsMetrics metrics, TimeProvider time)
{
    private const int LooksPerLimit = 8;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly HashSet<Watched> _watched = [];

    /// <summary>Connections watched now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>How often they are looked at: an eighth of the shortest limit, at most half a minute.</summary>
    public TimeSpan Pause { get; } = PauseFor(limits);

    /// <summary>Watches a connection until what it gives is disposed.</summary>
    /// <param name="visitor">The visitor's socket.</param>
    /// <param name="stream">What joins it to the client.</param>
    /// <param name="count">Counts its bytes.</param>
    /// <param name="quota">What it may use; null for as much as it likes.</param>
    public IDisposable Watch(Socket visitor, CarrierStream stream, ByteCount count, QuotaLink? quota)
    {
        var progress = new VisitorProgress(ToTicks(limits.StallTimeout), ToTicks(limits.IdleTimeout), time.GetTimestamp());
        var watched = new Watched(this, visitor, stream, count, quota, progress);
        lock (_gate)
        {
            _watched.Add(watched);
        }

        return watched;
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Pause, time, cancellationToken);
            LookAtAll();
        }
    }

    private static TimeSpan PauseFor(EdgeLimits limits)
    {
        var shortest = limits.IdleTimeout > TimeSpan.Zero && limits.IdleTimeout < limits.StallTimeout ? limits.IdleTimeout : limits.StallTimeout;
        var pause = shortest / LooksPerLimit;
        return pause > LongestPause ? LongestPause : pause < ShortestPause ? ShortestPause : pause;
    }

    /// <summary>Ends the connections whose quota is used up.</summary>
    public void CutOverQuota()
    {
        foreach (var watched in All())
        {
            if (watched.IsOverQuota)
            {
                metrics.VisitorCut(VisitorVerdict.OverQuota);
                watched.Cut();
            }
        }
    }

    private Watched[] All()
    {
        lock (_gate)
        {
            return [.. _watched];
        }
    }

    private void LookAtAll()
    {
        var now = time.GetTimestamp();
        foreach (var watched in All())
        {
            var verdict = watched.Look(now);
            if (verdict != VisitorVerdict.GoesOn)
            {
                metrics.VisitorCut(verdict);
                watched.Cut();
            }
        }
    }

    private long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private void Remove(Watched watched)
    {
        lock (_gate)
        {
            _watched.Remove(watched);
        }
    }

    private sealed class Watched(VisitorWatch watch, Socket visitor, CarrierStream stream, ByteCount count, QuotaLink? quota, VisitorProgress progress) : IDisposable
    {
        private VisitorProgress _progress = progress;

        public bool IsOverQuota => quota is { IsStopped: true };

        public VisitorVerdict Look(long now) => _progress.Look(now, count.FromSocket, count.ToSocket, stream.HasUnread);

        // The relay sees its socket broken, and resets the stream.
        public void Cut()
        {
            Dispose();
            SocketRelay.CloseWithReset(visitor);
        }

        public void Dispose() => watch.Remove(this);
    }
}

using System.Collections.Concurrent;
using Mport.Protocol.Relay;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;

namespace Mport.Server.Traffic;

/// <summary>
/// What was counted and is not written yet. The meters count by themselves; looking at them (<see cref="Sample"/>) puts what came since the last look
/// into its minute. Keeps some 300 bytes for each tunnel that was open since the start, since a visitor's connection may outlive its client's. Thread-safe.
/// </summary>
internal sealed class UsageLedger
{
    /// <summary>Minutes that wait to be written, at about 150 bytes each, before those of an hour are put together.</summary>
    public const int MaxWaiting = 50_000;

    private readonly ConcurrentDictionary<UsageKey, UsageMeter> _meters = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<UsageKey, UsageCount> _seen = [];
    private Dictionary<UsageMinute, UsageCount> _waiting = [];
    private UsageBatch? _underWay;
    private long _lastNumber;

    /// <summary>Tunnels and tokens that are counted.</summary>
    public int Meters => _meters.Count;

    /// <summary>Minutes that wait to be written.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count + (_underWay?.Counts.Count ?? 0);
            }
        }
    }

    /// <summary>What counts a tunnel's traffic through a token's clients. The same one each time.</summary>
    public UsageMeter MeterOf(UsageKey key, ByteCount? total) => _meters.GetOrAdd(key, static (_, total) => new UsageMeter(total), total);

    /// <summary>Looks at all meters, and gives what came since the last look.</summary>
    public IReadOnlyList<KeyValuePair<UsageKey, UsageCount>> Sample(DateTimeOffset now)
    {
        var minute = UsageStep.Minute.StartOf(now);
        var news = new List<KeyValuePair<UsageKey, UsageCount>>();
        lock (_gate)
        {
            foreach (var (key, meter) in _meters)
            {
                var count = meter.Read();
                var change = count - _seen.GetValueOrDefault(key);
                if (change == default)
                {
                    continue;
                }

                _seen[key] = count;
                Add(_waiting, new UsageMinute(key, minute), change);
                news.Add(new(key, change));
            }

            if (_waiting.Count > MaxWaiting)
            {
                PutHoursTogether();
            }
        }

        return news;
    }

    /// <summary>What is to be written next; null when there is nothing. The same batch until it is <see cref="Written"/>.</summary>
    public UsageBatch? TakeBatch()
    {
        lock (_gate)
        {
            if (_underWay is null && _waiting.Count > 0)
            {
                _underWay = new UsageBatch(++_lastNumber, _waiting);
                _waiting = [];
            }

            return _underWay;
        }
    }

    /// <summary>The batch stands in the database.</summary>
    public void Written(UsageBatch batch)
    {
        lock (_gate)
        {
            _underWay = _underWay == batch ? null : _underWay;
        }
    }

    /// <summary>The last batch that stands in the database; 0 before the first.</summary>
    public long LastWritten
    {
        get
        {
            lock (_gate)
            {
                return _underWay is null ? _lastNumber : _lastNumber - 1;
            }
        }
    }

    /// <summary>
    /// What waits, as it was when the database was asked: together with the answer it is all that was counted. Null when a batch was written since, or is
    /// being written: then it is not known in which of the two it is.
    /// </summary>
    /// <param name="lastWritten"><see cref="LastWritten"/>, before the database was asked.</param>
    public IReadOnlyDictionary<UsageMinute, UsageCount>? WaitingSince(long lastWritten)
    {
        lock (_gate)
        {
            return _underWay is null && _lastNumber == lastWritten ? new Dictionary<UsageMinute, UsageCount>(_waiting) : null;
        }
    }

    /// <summary>Whether any of an account's clients has held the tunnel since the start.</summary>
    public bool IsCounted(UserId account, TunnelId tunnel) => _meters.Any(pair => pair.Key.AccountId == account && pair.Key.TunnelId == tunnel);

    /// <summary>Whether any of an account's clients has held a tunnel of the team since the start.</summary>
    public bool IsCounted(UserId account, TeamId team) => _meters.Any(pair => pair.Key.AccountId == account && pair.Key.TeamId == team);

    // The database cannot be written, for as long as that takes.
    private void PutHoursTogether()
    {
        var hours = new Dictionary<UsageMinute, UsageCount>();
        foreach (var (minute, count) in _waiting)
        {
            Add(hours, minute with { Start = UsageStep.Hour.StartOf(minute.Start) }, count);
        }

        _waiting = hours;
    }

    private static void Add(Dictionary<UsageMinute, UsageCount> counts, UsageMinute minute, UsageCount change) =>
        counts[minute] = counts.GetValueOrDefault(minute) + change;
}

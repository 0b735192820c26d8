using System.Collections.Concurrent;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Events;
using Mport.Server.Hosting;

namespace Mport.Server.Edge.Sessions;

/// <summary>The sessions that run now, and the tasks that run them. Thread-safe.</summary>
/// <param name="metrics">Counts.</param>
/// <param name="events">Hears of each session's begin and end.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="generation">The last generation of the edge that this one takes over, if it does.</param>
internal sealed class SessionRegistry(SessionsMetrics metrics, IEventLog events, TimeProvider time, ILogger<SessionRegistry> logger, long generation = 0)
{
    // The edge before this one may begin a few more sessions: a million is more than it can.
    private const long GenerationsLeftToPredecessor = 1_000_000;

    private readonly ConcurrentDictionary<string, EdgeSession> _sessions = new(StringComparer.Ordinal);
    private readonly OwnedTasks _running = new(logger.SessionFaulted);

    // Begins at the clock's microseconds, so that it goes on growing over a restart of the edge.
    private long _generation = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, generation + GenerationsLeftToPredecessor);
    private volatile Farewell? _farewell;

    /// <summary>How many there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>All of them, as they are at this moment.</summary>
    public IReadOnlyCollection<EdgeSession> All => [.. _sessions.Values];

    /// <summary>How many sessions an account has.</summary>
    public int CountOf(UserId userId) => _sessions.Count(pair => pair.Value.Identity.UserId == userId);

    /// <summary>The session of this id, or null.</summary>
    public EdgeSession? Find(string id) => _sessions.GetValueOrDefault(id);

    /// <summary>Sessions without a connection, whose client may yet dial again.</summary>
    public int CountSuspended() => _sessions.Count(pair => pair.Value.IsSuspended);

    /// <summary>Carriers of all sessions.</summary>
    public int CountCarriers() => _sessions.Sum(pair => pair.Value.Carriers.Count);

    /// <summary>Streams of all sessions.</summary>
    public int CountStreams() => _sessions.Sum(pair => pair.Value.Carriers.StreamCount);

    /// <summary>The highest number that was given, or may have been.</summary>
    public long LastGeneration => Interlocked.Read(ref _generation);

    /// <summary>A number above all that were given before.</summary>
    public long NextGeneration() => Interlocked.Increment(ref _generation);

    /// <summary>Runs a session to its end; false when the edge is stopping.</summary>
    public bool TryRun(EdgeSession session) => _running.TryRun(() => RunAsync(session));

    /// <summary>Asks all clients to open new sessions, those that are being greeted now included, while streams in flight go on.</summary>
    /// <param name="reason">What they are told.</param>
    /// <param name="linger">How long they keep the session after its last stream.</param>
    public void DrainAll(Failure reason, TimeSpan linger)
    {
        _farewell = new Farewell(reason, linger);
        foreach (var session in All)
        {
            session.Drain(reason, linger);
        }
    }

    /// <summary>Ends all sessions, and takes no more.</summary>
    public async Task EndAllAsync(Failure reason)
    {
        var ended = _running.CloseAsync();
        foreach (var session in All)
        {
            session.Close(reason);
        }

        await ended;
    }

    private async Task RunAsync(EdgeSession session)
    {
        var identity = session.Identity;
        var began = time.GetTimestamp();
        _sessions[identity.Id] = session;
        if (_farewell is { } farewell)
        {
            session.Drain(farewell.Reason, farewell.Linger);
        }

        events.Record(SessionEvents.Started(identity));
        try
        {
            var reason = await session.RunAsync();
            metrics.Ended(reason.Code);
            events.Record(SessionEvents.Ended(identity, reason));
            logger.SessionEnded(identity.Id, identity.Email, time.GetElapsedTime(began), reason.Code, reason.Text);
        }
        finally
        {
            _sessions.TryRemove(identity.Id, out _);
        }
    }

    private sealed record Farewell(Failure Reason, TimeSpan Linger);
}

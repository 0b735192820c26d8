using System.Collections.Concurrent;

namespace Mport.Server.Edge.Sessions;

/// <summary>The sessions that run now. Thread-safe.</summary>
internal sealed class SessionRegistry(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, EdgeSession> _sessions = new(StringComparer.Ordinal);

    // Begins at the clock's microseconds, so that it goes on growing over a restart of the edge.
    private long _generation = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    /// <summary>How many there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>All of them, as they are at this moment.</summary>
    public IReadOnlyCollection<EdgeSession> All => [.. _sessions.Values];

    /// <summary>A number above all that were given before.</summary>
    public long NextGeneration() => Interlocked.Increment(ref _generation);

    /// <summary>The session begins.</summary>
    public void Add(EdgeSession session) => _sessions[session.Identity.Id] = session;

    /// <summary>The session has ended.</summary>
    public void Remove(EdgeSession session) => _sessions.TryRemove(session.Identity.Id, out _);
}

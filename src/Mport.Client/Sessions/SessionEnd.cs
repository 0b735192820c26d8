using Mport.Protocol.Errors;

namespace Mport.Client.Sessions;

/// <summary>Why the engine turns away from a session.</summary>
/// <param name="Failure">The reason; <see cref="Failure.Retry"/> tells whether another session may follow.</param>
/// <param name="Kind">What becomes of the session.</param>
internal sealed record SessionEnd(Failure Failure, SessionEndKind Kind)
{
    /// <summary>How long a draining session is kept after its last stream.</summary>
    public TimeSpan Linger { get; init; }
}

/// <summary>What becomes of a session that the engine turns away from.</summary>
internal enum SessionEndKind
{
    /// <summary>It is gone, or must go at once.</summary>
    Lost,

    /// <summary>Another session takes its place. Streams that are open go on, and visitors who are in may open more.</summary>
    Draining,

    /// <summary>No tunnel is left to serve, or the user wants to stop at any failure: streams may finish, then the run ends.</summary>
    RunOver,
}

namespace Mport.Server.Hosting.Handover;

/// <summary>How long each side waits for the other in a handover. When one is over, the old edge goes on as if nobody had asked.</summary>
internal static class HandoverTimes
{
    /// <summary>For a few bytes from a program that has nothing else to do.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    /// <summary>For the new edge to bring the database up to date, while the old one serves.</summary>
    public static readonly TimeSpan Prepare = TimeSpan.FromMinutes(10);

    /// <summary>For the new edge to start its listeners. New tunnels wait meanwhile.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(60);

    /// <summary>For clients to come back; then ports that nobody claimed are closed. As long as a session may be resumed.</summary>
    public static readonly TimeSpan Return = TimeSpan.FromSeconds(60);

    /// <summary>
    /// For a client to keep its old session after the last stream: a visitor's idle HTTP connection lives for 75 s at the old edge, and may bring one
    /// more request.
    /// </summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(80);
}

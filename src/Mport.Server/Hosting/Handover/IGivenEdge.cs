namespace Mport.Server.Hosting.Handover;

/// <summary>The running edge as a handover sees it.</summary>
internal interface IGivenEdge
{
    /// <summary>Opens no further tunnel, and says what the next edge needs. The edge goes on accepting and serving.</summary>
    Task<HandoverContents> ShareAsync(CancellationToken cancellationToken);

    /// <summary>Accepts nothing more; connections wait in the kernel's queues.</summary>
    Task HoldAsync();

    /// <summary>The handover failed: all is as it was before.</summary>
    void Resume();
}

/// <summary>What the next edge needs.</summary>
/// <param name="Sockets">All that listens.</param>
/// <param name="Hosts">The subdomains whose clients are here now.</param>
/// <param name="Generation">The last generation of a session that was given.</param>
internal sealed record HandoverContents(IReadOnlyList<SharedSocket> Sockets, IReadOnlyList<string> Hosts, long Generation);

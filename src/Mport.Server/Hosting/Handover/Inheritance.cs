using System.Net.Sockets;
using Mport.Server.Data;

namespace Mport.Server.Hosting.Handover;

/// <summary>What an edge has got from the one that it takes over.</summary>
internal sealed record Inheritance : IDisposable
{
    /// <summary>The data folder's lock, which both edges hold until the old one ends.</summary>
    public required EdgeLock Lock { get; init; }

    /// <summary>Where the next takeover asks.</summary>
    public required Socket Control { get; init; }

    /// <summary>All that listens.</summary>
    public required InheritedSockets Sockets { get; init; }

    /// <summary>The subdomains whose clients will come.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>The last generation that the old edge gave a session.</summary>
    public required long Generation { get; init; }

    /// <inheritdoc />
    public void Dispose()
    {
        Sockets.Dispose();
        Control.Dispose();
        Lock.Dispose();
    }
}

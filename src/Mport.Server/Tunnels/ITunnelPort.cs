using System.Net.Sockets;

namespace Mport.Server.Tunnels;

/// <summary>One public port that is open for a tunnel, of either protocol.</summary>
internal interface ITunnelPort
{
    /// <summary>The socket, for an edge that takes over.</summary>
    Socket Socket { get; }

    /// <summary>What comes from now on goes to this link.</summary>
    void Retarget(TunnelLink link);

    /// <summary>Takes what comes.</summary>
    void Resume();

    /// <summary>Takes nothing more until <see cref="Resume"/>: what comes waits in the kernel's queue.</summary>
    Task HoldAsync();

    /// <summary>Closes the port, at once.</summary>
    void Stop();
}

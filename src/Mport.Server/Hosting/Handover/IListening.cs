using System.Net.Sockets;

namespace Mport.Server.Hosting.Handover;

/// <summary>
/// A part of the edge that listens and can give its sockets to the edge that takes over. The order is: <see cref="Share"/>, then
/// <see cref="HoldAsync"/>, then <see cref="LetGoAsync"/>; or, when the takeover fails at any point, <see cref="Resume"/>.
/// </summary>
internal interface IListening
{
    /// <summary>Connections of visitors that are in.</summary>
    int Visitors { get; }

    /// <summary>The sockets that listen now. Until <see cref="Resume"/> or <see cref="LetGoAsync"/> none of them may be closed: another process shares them.</summary>
    IReadOnlyList<SharedSocket> Share();

    /// <summary>Takes nothing more from the sockets; what arrives waits in the kernel's queues. When it completes, no call on a socket is under way.</summary>
    Task HoldAsync();

    /// <summary>The takeover failed, or this edge has just taken over: takes from the sockets.</summary>
    void Resume();

    /// <summary>The next edge serves: closes this process's descriptors. What was accepted goes on; completes when it has ended.</summary>
    Task LetGoAsync();
}

/// <summary>A socket with what it is for.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Socket">The socket, which its part of the edge goes on owning.</param>
internal readonly record struct SharedSocket(SocketRole Role, Socket Socket);

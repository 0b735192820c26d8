using System.Net.Sockets;

namespace Mport.Server.Edge.Listeners;

/// <summary>Takes over the TLS connections of an authority that looks whether a name leads here.</summary>
internal interface IChallengeAcceptor
{
    /// <summary>Whether a ClientHello is such a look that is awaited.</summary>
    /// <param name="host">The name that it asks for, lower-case.</param>
    /// <param name="protocols">What it offers.</param>
    bool Takes(string host, IReadOnlyList<string> protocols);

    /// <summary>Serves one connection to its end. Must not throw for what a peer does. Owns the socket.</summary>
    Task AcceptAsync(Socket socket, string host);
}

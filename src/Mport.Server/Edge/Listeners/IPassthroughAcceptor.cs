using System.Net.Sockets;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Edge.Listeners;

/// <summary>Takes over the TLS connections to hosts whose tunnels want the TLS itself.</summary>
internal interface IPassthroughAcceptor
{
    /// <summary>Whether a host's connections are passed through.</summary>
    /// <param name="host">The name that the ClientHello asks for, lower-case.</param>
    bool Takes(string host);

    /// <summary>Serves one connection to its end. Must not throw for what a peer does.</summary>
    /// <param name="socket">Tuned; only peeked at, so the target gets the ClientHello whole. Owned by the acceptor from here on.</param>
    /// <param name="ends">Who it is from.</param>
    /// <param name="host">The host.</param>
    Task AcceptAsync(Socket socket, ConnectionEnds ends, string host);
}

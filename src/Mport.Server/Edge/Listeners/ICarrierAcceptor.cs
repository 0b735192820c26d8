using System.Net.Sockets;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Edge.Listeners;

/// <summary>Takes over the connections whose ClientHello offers <c>mport/1</c>.</summary>
internal interface ICarrierAcceptor
{
    /// <summary>Serves one connection to its end. Must not throw for what a peer does.</summary>
    /// <param name="socket">Tuned; only peeked at, so the TLS handshake begins with the first byte. Owned by the acceptor from here on.</param>
    /// <param name="ends">Who it is from.</param>
    /// <param name="cancellationToken">Cancelled when the listener is closed for good.</param>
    Task AcceptAsync(Socket socket, ConnectionEnds ends, CancellationToken cancellationToken);
}

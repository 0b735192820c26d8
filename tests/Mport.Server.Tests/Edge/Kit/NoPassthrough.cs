using System.Net.Sockets;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>No host's TLS is passed through.</summary>
internal sealed class NoPassthrough : IPassthroughAcceptor
{
    public bool Takes(string host) => false;

    public Task AcceptAsync(Socket socket, ConnectionEnds ends, string host) => throw new InvalidOperationException($"Nobody takes {host}.");
}

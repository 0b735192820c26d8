using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Mport.Server.Edge.Listeners;

/// <summary>Gives Kestrel the edge's own listeners: the endpoint that Kestrel is told to listen on carries its listener.</summary>
internal sealed class PortListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => endpoint is PortEndPoint;

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = ((PortEndPoint)endpoint).Listener;
        listener.Start();
        return ValueTask.FromResult<IConnectionListener>(listener);
    }
}

/// <summary>An endpoint whose socket listens already.</summary>
internal sealed class PortEndPoint(PortListener listener) : EndPoint
{
    /// <summary>The listener.</summary>
    public PortListener Listener { get; } = listener;

    /// <inheritdoc />
    public override string ToString() => Listener.EndPoint.ToString() ?? "";
}

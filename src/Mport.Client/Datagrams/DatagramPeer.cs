using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Errors;

namespace Mport.Client.Datagrams;

/// <summary>What the edge sends on one datagram stream of a tunnel: the visitors' numbers there, and their datagrams.</summary>
internal sealed class DatagramPeer : IDatagramReceiver
{
    private readonly HostedTunnel _tunnel;
    private readonly EngineContext _context;

    // Bounded by the table of flows: one that loses its place there is taken out here.
    private readonly ConcurrentDictionary<uint, DatagramFlow> _flows = [];

    /// <summary>Makes a stream's end for a tunnel.</summary>
    public DatagramPeer(HostedTunnel tunnel, EngineContext context)
    {
        _tunnel = tunnel;
        _context = context;
        Stream = new DatagramStream(DatagramStreamSide.Client, this, new DatagramLimits(), context.Datagrams.Queues, tunnel.Datagrams);
    }

    /// <summary>The stream.</summary>
    public DatagramStream Stream { get; }

    public bool OnDatagram(uint visitor, ReadOnlySpan<byte> payload)
    {
        if (_flows.TryGetValue(visitor, out var flow))
        {
            try
            {
                if (flow.TrySend(payload))
                {
                    return true;
                }
            }
            catch (SocketException error)
            {
                NoSocket(error);
                return true;
            }
        }

        _tunnel.Datagrams.AddDropped(DatagramDrop.Unknown);
        return false;
    }

    public void OnVisitor(uint visitor, IPEndPoint address)
    {
        if (_flows.TryGetValue(visitor, out var known))
        {
            if (!known.Key.Visitor.Equals(address))
            {
                throw new StreamException(ProtocolErrors.ControlInvalid, $"The edge gave the number {visitor} to two visitors.");
            }

            return;
        }

        if (_context.Datagrams.Attach(_tunnel, address, new DatagramWay(this, Stream, new DatagramVisitor(visitor, address)), _context) is { } flow)
        {
            _flows[visitor] = flow;
        }
    }

    public void OnForget(uint visitor)
    {
        // A visitor that has moved to another stream is not gone.
        if (_flows.TryRemove(visitor, out var flow) && flow.Way?.Peer == this)
        {
            _context.Datagrams.Remove(flow);
        }
    }

    public void Flush()
    {
    }

    /// <summary>A number stands for a flow no more.</summary>
    public void Remove(uint visitor, DatagramFlow flow) => _flows.TryRemove(new KeyValuePair<uint, DatagramFlow>(visitor, flow));

    private void NoSocket(SocketException error)
    {
        _tunnel.Datagrams.AddDropped(DatagramDrop.Refused);
        if (_tunnel.MayTellTargetDown())
        {
            var failure = error.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.AddressNotAvailable or SocketError.NoBufferSpaceAvailable
                ? Failure.Of(ConnectionErrors.ClientOverloaded, $"The client's machine has no socket left for a visitor of {_tunnel.Spec.Name}.")
                : Failure.Of(ConnectionErrors.TargetUnreachable, $"{_tunnel.Spec.Target} cannot be reached ({error.SocketErrorCode}).");
            _context.Tell(new TargetDown(_tunnel.Spec, failure));
        }
    }
}

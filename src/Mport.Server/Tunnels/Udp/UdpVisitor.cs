using Mport.Protocol.Datagrams;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Tunnels.Udp;

/// <summary>A visitor of a UDP tunnel.</summary>
internal sealed class UdpVisitor(uint number, UdpAddress source) : DatagramVisitor(number, source.ToEndPoint())
{
    private AmplificationGuard _guard;
    private UdpRoute? _route;
    private VisitorConnection? _connection;

    /// <summary>Where it sends from.</summary>
    public UdpAddress Source => source;

    /// <summary>Which of this machine's addresses it last sent to, and gets its answers from; guarded by <see cref="UdpVisitors"/>.</summary>
    public UInt128 Local { get; set; }

    /// <summary>The way its datagrams take to the client.</summary>
    public UdpRoute? Route => Volatile.Read(ref _route);

    /// <summary>How it stands among the tunnel's visitors; null before its first datagram had a way, and after it has gone.</summary>
    public VisitorConnection? Connection => Volatile.Read(ref _connection);

    /// <summary>How much may be sent to it; guarded by <see cref="UdpVisitors"/>.</summary>
    public ref AmplificationGuard Guard => ref _guard;

    /// <summary>From now on its datagrams take another way, or none. Called by the port's receive loop alone.</summary>
    public void MoveTo(UdpRoute? route)
    {
        route?.Link.VisitorCame();
        Interlocked.Exchange(ref _route, route)?.Link.VisitorLeft();
        if (IsGone)
        {
            // It was silent for too long just now, and nobody else takes it off its way.
            Interlocked.Exchange(ref _route, null)?.Link.VisitorLeft();
        }
    }

    /// <summary>It stands among the tunnel's visitors from now on. Called by the port's receive loop alone.</summary>
    public void Introduce(VisitorConnection connection)
    {
        Interlocked.Exchange(ref _connection, connection);
        if (IsGone)
        {
            Conclude();
        }
    }

    /// <summary>It no longer stands there.</summary>
    public void Conclude() => Interlocked.Exchange(ref _connection, null)?.Dispose();

    /// <summary>It lost its place in the table: the client is told, and what of it waits is dropped.</summary>
    public void Leave()
    {
        MarkGone();
        Conclude();
        if (Interlocked.Exchange(ref _route, null) is { } route)
        {
            route.Datagrams.Forget(this);
            route.Link.VisitorLeft();
        }
    }
}

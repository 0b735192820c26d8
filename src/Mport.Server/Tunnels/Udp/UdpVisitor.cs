using Mport.Protocol.Datagrams;

namespace Mport.Server.Tunnels.Udp;

/// <summary>A visitor of a UDP tunnel.</summary>
internal sealed class UdpVisitor(uint number, UdpAddress source) : DatagramVisitor(number, source.ToEndPoint())
{
    /// <summary>Where it sends from.</summary>
    public UdpAddress Source => source;

    /// <summary>Which of this machine's addresses it last sent to, and gets its answers from; guarded by <see cref="UdpVisitors"/>.</summary>
    public UInt128 Local { get; set; }

    /// <summary>The way its datagrams take to the client. Set by the port's receive loop alone.</summary>
    public UdpRoute? Route { get; set; }

    /// <summary>How much may be sent to it; guarded by <see cref="UdpVisitors"/>.</summary>
    public ref AmplificationGuard Guard => ref _guard;

    private AmplificationGuard _guard;
}

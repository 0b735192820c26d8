using System.Net;

namespace Mport.Protocol.Datagrams;

/// <summary>A visitor of a datagram tunnel, as both ends call it.</summary>
/// <param name="number">Its number, unique in the tunnel and session.</param>
/// <param name="address">Its address.</param>
public class DatagramVisitor(uint number, IPEndPoint address)
{
    private volatile bool _isGone;

    /// <summary>Its number, unique in the tunnel and session.</summary>
    public uint Number => number;

    /// <summary>Its address.</summary>
    public IPEndPoint Address => address;

    /// <summary>The stream whose peer knows the number; guarded by that stream.</summary>
    internal DatagramStream? KnownOn { get; set; }

    /// <summary>It is forgotten.</summary>
    public void MarkGone() => _isGone = true;

    /// <summary>Whether it was forgotten: datagrams of it that still wait are dropped.</summary>
    public bool IsGone => _isGone;
}

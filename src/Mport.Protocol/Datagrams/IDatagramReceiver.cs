using System.Net;

namespace Mport.Protocol.Datagrams;

/// <summary>
/// Takes what comes on a datagram stream, one call at a time and on the carrier's own thread: nothing may block or throw, but for a
/// <see cref="StreamException"/> when the peer breaks the rules, which resets the stream.
/// </summary>
public interface IDatagramReceiver
{
    /// <summary>A datagram of a visitor, or for one. The bytes are the caller's.</summary>
    /// <returns>False when there is no such visitor: the peer is told to forget it.</returns>
    bool OnDatagram(uint visitor, ReadOnlySpan<byte> payload);

    /// <summary>The peer announces a visitor.</summary>
    void OnVisitor(uint visitor, IPEndPoint address);

    /// <summary>The peer has forgotten a visitor.</summary>
    void OnForget(uint visitor);

    /// <summary>All that has come so far was given: what was gathered can go out.</summary>
    void Flush();
}

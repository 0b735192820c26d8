namespace Mport.Protocol.Carriers;

/// <summary>Which side opened a stream.</summary>
internal enum CarrierStreamOrigin
{
    /// <summary>This side; the peer owes an ACK.</summary>
    Own,

    /// <summary>The peer; this side owes an ACK.</summary>
    Peer,
}

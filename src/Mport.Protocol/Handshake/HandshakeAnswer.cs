namespace Mport.Protocol.Handshake;

/// <summary>What the edge sends after a Hello: exactly one of the two is present.</summary>
public sealed record HandshakeAnswer
{
    /// <summary>The carrier is accepted.</summary>
    public Welcome? Welcome { get; init; }

    /// <summary>It is not.</summary>
    public Refused? Refused { get; init; }
}

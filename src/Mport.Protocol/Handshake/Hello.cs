using System.Text.Json.Serialization;
using Mport.Protocol.Identity;

namespace Mport.Protocol.Handshake;

/// <summary>The first message of a carrier, sent by the client.</summary>
public sealed record Hello
{
    /// <summary>The protocol version that the client speaks; see <see cref="ProtocolVersion"/>.</summary>
    public required int Protocol { get; init; }

    /// <summary>The client program's version, for logs and for messages about versions that do not fit.</summary>
    public required string ClientVersion { get; init; }

    /// <summary>The installation's lasting id (1 to 64 characters of a-z, 0-9, hyphen): the same for all processes of one user on one machine.</summary>
    public required string ClientId { get; init; }

    /// <summary>This process's own random id, same alphabet; a restarted client has another.</summary>
    public required string Instance { get; init; }

    /// <summary>The machine's name, shown to the account's other clients when this one holds a tunnel; at most 64 characters.</summary>
    public string? Host { get; init; }

    /// <summary>The access token.</summary>
    public required Secret Token { get; init; }

    /// <summary>For a further carrier of a session: the session's id from Welcome. Absent on the first.</summary>
    public string? Session { get; init; }

    /// <summary>For a further carrier: its index from 1. Zero on the first.</summary>
    public int Carrier { get; init; }

    /// <summary>How many carriers the client would like for the session, 1 to 8.</summary>
    public int Carriers { get; init; } = 1;

    /// <summary>What the client can take up again after a broken connection; absent when it does not offer resume.</summary>
    public ResumeOffer? Resume { get; init; }

    /// <summary>Optional abilities that the client has, by name; unknown names are ignored.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];
}

/// <summary>The offer, in a Hello, to keep a carrier's bytes for replay, or to take up a broken carrier.</summary>
public sealed record ResumeOffer
{
    /// <summary>How many unacknowledged bytes the client keeps.</summary>
    public required long Window { get; init; }

    /// <summary>On a re-dial: the secret that Welcome gave for the broken carrier.</summary>
    public Secret? Ticket { get; init; }

    /// <summary>On a re-dial: how many bytes of the carrier the client has received.</summary>
    public long? Received { get; init; }
}

using Mport.Protocol.Identity;

namespace Mport.Protocol.Handshake;

/// <summary>The edge's answer to a Hello that it accepts; yamux frames follow at once, both ways.</summary>
public sealed record Welcome
{
    /// <summary>The protocol version that both sides now speak.</summary>
    public required int Protocol { get; init; }

    /// <summary>The edge program's version.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>The session's id, <c>ses_…</c>.</summary>
    public required string Session { get; init; }

    /// <summary>Grows with each session of a client instance; the higher one is in force.</summary>
    public required long Generation { get; init; }

    /// <summary>Whose token it was: the account's e-mail address.</summary>
    public required string Account { get; init; }

    /// <summary>The edge's domain.</summary>
    public required string Domain { get; init; }

    /// <summary>How many carriers the session may have.</summary>
    public int Carriers { get; init; } = 1;

    /// <summary>Streams that the edge will open at most at one time in the session.</summary>
    public int MaxStreams { get; init; } = 1000;

    /// <summary>Seconds between heartbeats.</summary>
    public int Heartbeat { get; init; } = 10;

    /// <summary>What was agreed about resume; absent when this edge does not do it.</summary>
    public ResumeAnswer? Resume { get; init; }

    /// <summary>Optional abilities that both sides have, by name.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];
}

/// <summary>The edge's part of an agreed resume.</summary>
public sealed record ResumeAnswer
{
    /// <summary>The secret that takes this carrier up again.</summary>
    public required Secret Ticket { get; init; }

    /// <summary>How many unacknowledged bytes the edge keeps.</summary>
    public required long Window { get; init; }

    /// <summary>Seconds for which a broken carrier is kept.</summary>
    public required int Grace { get; init; }

    /// <summary>On a re-dial: how many bytes of the carrier the edge has received.</summary>
    public long? Received { get; init; }
}

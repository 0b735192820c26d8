using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mport.Protocol.Control;

/// <summary>
/// A message on the control stream, the first stream that the client opens: 4-byte big-endian length, then JSON with a <c>type</c>.
/// A type that the receiver does not know is read as this base type and ignored.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(OpenTunnel), "open_tunnel")]
[JsonDerivedType(typeof(TunnelOpened), "tunnel_opened")]
[JsonDerivedType(typeof(TunnelRefused), "tunnel_refused")]
[JsonDerivedType(typeof(CloseTunnel), "close_tunnel")]
[JsonDerivedType(typeof(TunnelClosed), "tunnel_closed")]
[JsonDerivedType(typeof(TunnelHealth), "tunnel_health")]
[JsonDerivedType(typeof(AskAgain), "ask_again")]
[JsonDerivedType(typeof(Notice), "notice")]
[JsonDerivedType(typeof(Goodbye), "goodbye")]
public record ControlMessage;

/// <summary>Client to edge: open a tunnel.</summary>
public sealed record OpenTunnel : ControlMessage
{
    /// <summary>The client's number for this request, which the answer repeats.</summary>
    public required int Request { get; init; }

    /// <summary>The tunnel's name within the account: 1 to 63 characters of a-z, 0-9 and hyphen.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of tunnel: <c>http</c>, <c>tcp</c>, <c>tls</c>, <c>udp</c> or <c>tcp+udp</c> (one number for both).</summary>
    public required string Proto { get; init; }

    /// <summary>The target as the user wrote it, for display alone: the edge never chooses what is dialled.</summary>
    public string? Target { get; init; }

    /// <summary>For http: the wanted subdomain; absent lets the edge choose, or keep what it chose before.</summary>
    public string? Subdomain { get; init; }

    /// <summary>For http and tls: the wanted custom domains; absent keeps those that the tunnel has.</summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>For http: the part of its hosts that the tunnel answers for, such as <c>/api</c>; absent keeps the one that it has.</summary>
    public string? Path { get; init; }

    /// <summary>For tcp and udp: the wanted public port; absent lets the edge choose, or keep what it chose before.</summary>
    public int? RemotePort { get; init; }

    /// <summary>Take the tunnel from another machine of the same account.</summary>
    public bool Takeover { get; init; }

    /// <summary>Share the tunnel with the other clients of this group.</summary>
    public string? Group { get; init; }

    /// <summary>The team, by name or id, that the tunnel belongs to; absent for the account's own.</summary>
    public string? Team { get; init; }

    /// <summary>With a group: send each visitor address to the same member for as long as it is there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Sticky { get; init; }

    /// <summary>The rules in front of the tunnel, a list as docs/policy.md describes; absent for none.</summary>
    public JsonElement? Policy { get; init; }
}

/// <summary>Client to edge: the target of a tunnel was found to be well or ill. A member of a group that is ill gets no visitors.</summary>
public sealed record TunnelHealth : ControlMessage
{
    /// <summary>The tunnel's number in this session.</summary>
    public required int Number { get; init; }

    /// <summary>Whether the target is well.</summary>
    public required bool Healthy { get; init; }

    /// <summary>What the last check found, for logs.</summary>
    public string? Text { get; init; }
}

/// <summary>Edge to client: the tunnel is open and its address works.</summary>
public sealed record TunnelOpened : ControlMessage
{
    /// <summary>The request that this answers.</summary>
    public required int Request { get; init; }

    /// <summary>The tunnel's lasting id, <c>tun_…</c>.</summary>
    public required string Tunnel { get; init; }

    /// <summary>The number that stands for the tunnel in stream preludes of this session.</summary>
    public required int Number { get; init; }

    /// <summary>The public address, best first: <c>https://…</c>, <c>http://…</c>, <c>tcp://host:port</c> or <c>udp://host:port</c>.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Whether it was taken from another session.</summary>
    public bool TookOver { get; init; }
}

/// <summary>Edge to client: the tunnel is not opened.</summary>
public sealed record TunnelRefused : ControlMessage
{
    /// <summary>The request that this answers.</summary>
    public required int Request { get; init; }

    /// <summary>The stable code, <c>MP-nnnn</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened, why, and what to do.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool Retry { get; init; }
}

/// <summary>Client to edge: close a tunnel; its address stays reserved.</summary>
public sealed record CloseTunnel : ControlMessage
{
    /// <summary>The tunnel's number in this session.</summary>
    public required int Number { get; init; }
}

/// <summary>Edge to client: a tunnel is closed; no further streams come for it.</summary>
public sealed record TunnelClosed : ControlMessage
{
    /// <summary>The tunnel's number in this session.</summary>
    public required int Number { get; init; }

    /// <summary>The stable code, <c>MP-nnnn</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened, why, and what to do.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the client may open it again by itself.</summary>
    public bool Retry { get; init; }
}

/// <summary>
/// Edge to client: something has changed for the better. The client asks at once for those tunnels that were refused or closed and may be opened again,
/// and for which it would have waited.
/// </summary>
public sealed record AskAgain : ControlMessage;

/// <summary>Edge to client: a text for the user.</summary>
public sealed record Notice : ControlMessage
{
    /// <summary><c>info</c> or <c>warning</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }
}

/// <summary>
/// Either way: the sender ends the session. From the edge it may come long before the end (a drain): streams in flight go on, the client
/// opens a new session elsewhere or later. From the client it comes last.
/// </summary>
public sealed record Goodbye : ControlMessage
{
    /// <summary>The stable code, <c>MP-nnnn</c>; absent for a clean stop.</summary>
    public string? Code { get; init; }

    /// <summary>Why.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the client should connect again.</summary>
    public bool Retry { get; init; }

    /// <summary>
    /// From the edge, with <see cref="Retry"/>: seconds that the client keeps this session after its last stream, since visitors who are in may
    /// open another. Absent for none.
    /// </summary>
    public int? Linger { get; init; }
}

using System.Text.Json.Serialization;

namespace Mport.Cli.Output;

/// <summary>What every line of <c>--json</c> has: the event's name first, the time last.</summary>
internal abstract record EventLine([property: JsonPropertyOrder(-1)] string Event)
{
    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    [JsonPropertyOrder(1)]
    public required string Time { get; init; }
}

/// <summary><c>session.connected</c>.</summary>
internal sealed record SessionConnectedLine(string Session, string Account, string Domain, string Edge, string ServerVersion) : EventLine("session.connected");

/// <summary><c>session.lost</c>: the engine tries again after <c>retry_in</c> seconds.</summary>
internal sealed record SessionLostLine(string Code, string Text, double RetryIn, int Attempt) : EventLine("session.lost");

/// <summary><c>session.suspended</c>: no connection of the session stands; <c>session.resumed</c> or <c>session.lost</c> follows.</summary>
internal sealed record SessionSuspendedLine(string Session, string Code, string Text) : EventLine("session.suspended");

/// <summary><c>session.resumed</c>: a connection broke, for this reason, and was taken up again after <c>duration_ms</c> milliseconds.</summary>
internal sealed record SessionResumedLine(string Session, int Carrier, string Code, string Reason, long DurationMs) : EventLine("session.resumed");

/// <summary><c>tunnel.ready</c>.</summary>
internal sealed record TunnelReadyLine(string Tunnel, string Proto, string Url, string Target, string Id, IReadOnlyList<string> Urls, bool TookOver) : EventLine("tunnel.ready");

/// <summary><c>tunnel.closed</c>; without a code when it was asked for.</summary>
internal sealed record TunnelClosedLine(string Tunnel, string Proto, string Target, string? Code, string? Text) : EventLine("tunnel.closed");

/// <summary><c>tunnel.healthy</c>: the health check found the target to be well, for the first time or again.</summary>
internal sealed record TunnelHealthyLine(string Tunnel, string Text) : EventLine("tunnel.healthy");

/// <summary><c>tunnel.unhealthy</c>: the health check found the target to be ill; it gets no visitors.</summary>
internal sealed record TunnelUnhealthyLine(string Tunnel, string Text) : EventLine("tunnel.unhealthy");

/// <summary><c>connection.opened</c>.</summary>
internal sealed record ConnectionOpenedLine(long Connection, string Tunnel, string? Visitor) : EventLine("connection.opened");

/// <summary><c>connection.closed</c>; bytes in are from visitor to target, the duration is in seconds, a code says that it did not end well.</summary>
internal sealed record ConnectionClosedLine(long Connection, string Tunnel, long BytesIn, long BytesOut, double Duration, string? Code, string? Text) : EventLine("connection.closed");

/// <summary><c>notice</c>: a text from the edge.</summary>
internal sealed record NoticeLine(string Level, string Text) : EventLine("notice");

/// <summary><c>login.code</c>: <c>mport login</c> waits until somebody has approved this code at this address.</summary>
internal sealed record LoginCodeLine(string UserCode, string VerificationUri, string VerificationUriComplete, int ExpiresIn) : EventLine("login.code");

/// <summary><c>error</c>: of a tunnel, of its target, or of the whole run.</summary>
internal sealed record ErrorLine(string Code, string Text, string? Tunnel, bool Retry) : EventLine("error");

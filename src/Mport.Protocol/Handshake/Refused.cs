using Mport.Protocol.Errors;

namespace Mport.Protocol.Handshake;

/// <summary>The edge's answer to a Hello that it does not accept; it closes the carrier after it.</summary>
public sealed record Refused
{
    /// <summary>The stable code, <c>MP-nnnn</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened, why, and what to do.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the same Hello may be accepted later.</summary>
    public bool Retry { get; init; }

    /// <summary>Seconds to wait before it.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The message for a failure.</summary>
    public static Refused From(Failure failure) => new()
    {
        Code = failure.Code.ToString(),
        Text = failure.Text,
        Retry = failure.Retry,
        RetryAfter = failure.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null,
    };

    /// <summary>The failure that the message tells; an unreadable code becomes <see cref="ProtocolErrors.SessionClosed"/>.</summary>
    public Failure ToFailure() => new(
        ErrorCode.TryParse(Code, out var code) ? code : ProtocolErrors.SessionClosed.Code,
        Text,
        Retry,
        RetryAfter is { } seconds and >= 0 and <= 3600 ? TimeSpan.FromSeconds(seconds) : null);
}

using System.Net;
using Mport.Server.Accounts;

namespace Mport.Server.Edge.Sessions;

/// <summary>Who a session is; settled at its greeting and the same until its end.</summary>
internal sealed record SessionIdentity
{
    /// <summary>The session's id, <c>ses_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Grows with each session of this edge, over restarts too: of two sessions of one client the higher is the newer.</summary>
    public required long Generation { get; init; }

    /// <summary>Whose token it was.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The account's e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary>The token, so that its end ends the session.</summary>
    public required TokenId TokenId { get; init; }

    /// <summary>When the session began.</summary>
    public DateTimeOffset BeganAt { get; init; }

    /// <summary>The names of tunnels that the token may open.</summary>
    public NamePatterns Names { get; init; } = NamePatterns.All;

    /// <summary>The client's installation: one user on one machine.</summary>
    public required string ClientId { get; init; }

    /// <summary>The client's process.</summary>
    public required string Instance { get; init; }

    /// <summary>The client's machine, as it calls itself; null when it did not say.</summary>
    public string? Host { get; init; }

    /// <summary>Where the client connects from.</summary>
    public required IPEndPoint Remote { get; init; }
}

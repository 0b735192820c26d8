using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;

namespace Mport.Server.Traffic;

/// <summary>Which usage is wanted.</summary>
internal sealed record UsageQuery
{
    /// <summary>Only this account's; null for that of all, which admins and auditors alone may ask for.</summary>
    public required UserId? AccountId { get; init; }

    /// <summary>Only of this tunnel.</summary>
    public TunnelId? TunnelId { get; init; }

    /// <summary>Only of tunnels that belong to this team now.</summary>
    public TeamId? TeamId { get; init; }

    /// <summary>Only through clients with this token.</summary>
    public TokenId? TokenId { get; init; }

    /// <summary>How long each point is.</summary>
    public required UsageStep Step { get; init; }

    /// <summary>From this moment on.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Before this moment.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>What each point is for.</summary>
    public UsageBy By { get; init; }

    /// <summary>Points at most.</summary>
    public int Limit { get; init; } = 10_000;
}

/// <summary>What usage is told apart by.</summary>
internal enum UsageBy
{
    /// <summary>All together.</summary>
    Nothing,

    /// <summary>Each tunnel by itself.</summary>
    Tunnel,

    /// <summary>Each token by itself.</summary>
    Token,

    /// <summary>Each account by itself.</summary>
    Account,
}

/// <summary>The usage of one stretch of time.</summary>
/// <param name="Start">Its beginning.</param>
/// <param name="Id">The tunnel, token or account; null for all together.</param>
/// <param name="Count">The usage.</param>
internal sealed record UsagePoint(DateTimeOffset Start, string? Id, UsageCount Count);

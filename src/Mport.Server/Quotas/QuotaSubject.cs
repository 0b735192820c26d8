using System.Diagnostics;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>What a quota is for: an account, a team, a token or a tunnel.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct QuotaSubject(QuotaKind Kind, string Id)
{
    /// <summary>The account.</summary>
    public static QuotaSubject Of(UserId id) => new(QuotaKind.Account, id.Value);

    /// <summary>The team.</summary>
    public static QuotaSubject Of(TeamId id) => new(QuotaKind.Team, id.Value);

    /// <summary>The token.</summary>
    public static QuotaSubject Of(TokenId id) => new(QuotaKind.Token, id.Value);

    /// <summary>The tunnel.</summary>
    public static QuotaSubject Of(TunnelId id) => new(QuotaKind.Tunnel, id.Value);

    /// <summary>Reads an id; its prefix tells what it is.</summary>
    public static QuotaSubject? Parse(string id) =>
        id.StartsWith(UserId.Prefix, StringComparison.Ordinal) ? new(QuotaKind.Account, id)
        : id.StartsWith(TeamId.Prefix, StringComparison.Ordinal) ? new(QuotaKind.Team, id)
        : id.StartsWith(TokenId.Prefix, StringComparison.Ordinal) ? new(QuotaKind.Token, id)
        : id.StartsWith(TunnelId.Prefix, StringComparison.Ordinal) ? new(QuotaKind.Tunnel, id)
        : null;

    /// <summary>All that what is counted by a key is counted for, the widest first.</summary>
    public static IReadOnlyList<QuotaSubject> AllOf(UsageKey key) => key.TeamId is { } team
        ? [Of(key.AccountId), Of(team), Of(key.TokenId), Of(key.TunnelId)]
        : [Of(key.AccountId), Of(key.TokenId), Of(key.TunnelId)];

    /// <summary><c>account usr_…</c>, for people.</summary>
    public override string ToString() => $"{Kind.ToText()} {Id}";
}

/// <summary>What quotas are for.</summary>
internal enum QuotaKind
{
    /// <summary>All of an account.</summary>
    Account,

    /// <summary>All tunnels of a team, whoever serves them.</summary>
    Team,

    /// <summary>What runs through the clients that have one token.</summary>
    Token,

    /// <summary>One tunnel.</summary>
    Tunnel,
}

/// <summary>The kinds as the API and the database write them.</summary>
internal static class QuotaKinds
{
    /// <summary><c>account</c>, <c>team</c>, <c>token</c> or <c>tunnel</c>.</summary>
    public static string ToText(this QuotaKind kind) => kind switch
    {
        QuotaKind.Account => "account",
        QuotaKind.Team => "team",
        QuotaKind.Token => "token",
        QuotaKind.Tunnel => "tunnel",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static QuotaKind? Parse(string? text) => text switch
    {
        "account" => QuotaKind.Account,
        "team" => QuotaKind.Team,
        "token" => QuotaKind.Token,
        "tunnel" => QuotaKind.Tunnel,
        _ => null,
    };
}

using System.Diagnostics;
using Mport.Server.Accounts;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>What a quota is for: an account, a token or a tunnel.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct QuotaSubject(QuotaKind Kind, string Id)
{
    /// <summary>The account.</summary>
    public static QuotaSubject Of(UserId id) => new(QuotaKind.Account, id.Value);

    /// <summary>The token.</summary>
    public static QuotaSubject Of(TokenId id) => new(QuotaKind.Token, id.Value);

    /// <summary>The tunnel.</summary>
    public static QuotaSubject Of(TunnelId id) => new(QuotaKind.Tunnel, id.Value);

    /// <summary>Reads an id; its prefix tells what it is.</summary>
    public static QuotaSubject? Parse(string id) =>
        id.StartsWith(UserId.Prefix, StringComparison.Ordinal) ? new(QuotaKind.Account, id)
        : id.StartsWith(TokenId.Prefix, StringComparison.Ordinal) ? new(QuotaKind.Token, id)
        : id.StartsWith(TunnelId.Prefix, StringComparison.Ordinal) ? new(QuotaKind.Tunnel, id)
        : null;

    /// <summary>The part of a key that the subject is.</summary>
    public static QuotaSubject Of(QuotaKind kind, UsageKey key) => kind switch
    {
        QuotaKind.Account => Of(key.AccountId),
        QuotaKind.Token => Of(key.TokenId),
        QuotaKind.Tunnel => Of(key.TunnelId),
        _ => throw new UnreachableException(),
    };

    /// <summary><c>account usr_…</c>, for people.</summary>
    public override string ToString() => $"{Kind.ToText()} {Id}";
}

/// <summary>What quotas are for.</summary>
internal enum QuotaKind
{
    /// <summary>All of an account.</summary>
    Account,

    /// <summary>What runs through the clients that have one token.</summary>
    Token,

    /// <summary>One tunnel.</summary>
    Tunnel,
}

/// <summary>The kinds as the API and the database write them.</summary>
internal static class QuotaKinds
{
    /// <summary>All of them, the widest first.</summary>
    public static IReadOnlyList<QuotaKind> All { get; } = [QuotaKind.Account, QuotaKind.Token, QuotaKind.Tunnel];

    /// <summary><c>account</c>, <c>token</c> or <c>tunnel</c>.</summary>
    public static string ToText(this QuotaKind kind) => kind switch
    {
        QuotaKind.Account => "account",
        QuotaKind.Token => "token",
        QuotaKind.Tunnel => "tunnel",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static QuotaKind? Parse(string? text) => text switch
    {
        "account" => QuotaKind.Account,
        "token" => QuotaKind.Token,
        "tunnel" => QuotaKind.Tunnel,
        _ => null,
    };
}

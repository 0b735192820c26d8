using System.Text.Json.Serialization;
using Mport.Protocol.Identity;
using Mport.Server.Api;

namespace Mport.Server.Accounts;

/// <summary>An access token as the API shows it.</summary>
internal sealed record TokenAnswer
{
    /// <summary>The lasting id, <c>key_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What you call it.</summary>
    public required string Name { get; init; }

    /// <summary>The token itself. Only in the answer that makes it: keep it, it is not shown again.</summary>
    public Secret? Token { get; init; }

    /// <summary>What it allows.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Networks that it works from; empty for all.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Names of tunnels that it may open, a star for any characters; empty for all.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; absent for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Since when it is revoked; absent while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it was last used, to the minute; absent before the first use.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The IP address of the last use.</summary>
    public string? LastUsedAddress { get; init; }

    /// <summary>Of a record; with the token itself where it was just made.</summary>
    public static TokenAnswer Of(TokenRecord record, Secret? token = null) => new()
    {
        Id = record.Id.Value,
        Name = record.Name,
        Token = token,
        Scopes = record.Scopes.ToNames(),
        Networks = record.Limits.Networks.Texts,
        Names = record.Limits.Names.Patterns,
        CreatedAt = record.CreatedAt.ToUniversalTime(),
        ExpiresAt = record.ExpiresAt?.ToUniversalTime(),
        RevokedAt = record.RevokedAt?.ToUniversalTime(),
        LastUsedAt = record.LastUsedAt?.ToUniversalTime(),
        LastUsedAddress = record.LastUsedAddress,
    };
}

/// <summary>A token to be made.</summary>
internal sealed record NewTokenBody
{
    /// <summary>What you call it: 1 to 64 visible characters.</summary>
    public string? Name { get; init; }

    /// <summary>What it allows: no more than your own credentials. Default: everything of your own that they allow.</summary>
    public IReadOnlyList<string?>? Scopes { get; init; }

    /// <summary>Networks that it works from, such as <c>192.0.2.0/24</c>; default all.</summary>
    public IReadOnlyList<string?>? Networks { get; init; }

    /// <summary>Names of tunnels that it may open, such as <c>ci-*</c>; default all.</summary>
    public IReadOnlyList<string?>? Names { get; init; }

    /// <summary>When it stops working; default never, or with the token that makes it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What can be changed of a token.</summary>
internal sealed record TokenChange
{
    /// <summary>What you call it: 1 to 64 visible characters.</summary>
    public string? Name { get; init; }
}

/// <summary>How a token is rotated.</summary>
internal sealed record TokenRotation
{
    /// <summary>Seconds for which the old token goes on working, 0 to 604800. Default 3600.</summary>
    public int? OverlapSeconds { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ListAnswer<TokenAnswer>))]
[JsonSerializable(typeof(NewTokenBody))]
[JsonSerializable(typeof(TokenChange))]
[JsonSerializable(typeof(TokenRotation))]
internal sealed partial class TokensJson : JsonSerializerContext;

using Mport.Server.Accounts;

namespace Mport.Server.Domains;

/// <summary>A custom domain of an account.</summary>
internal sealed record Domain
{
    /// <summary>The lasting id.</summary>
    public required DomainId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The name, in the form of <see cref="CustomDomain"/>.</summary>
    public required string Name { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is proven; null while it is not.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>When the proof was last looked for.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>Since when the proof of a proven domain is missing.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>What the account proves its domains with.</summary>
    public required string Token { get; init; }
}

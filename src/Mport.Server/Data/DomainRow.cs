using Mport.Server.Accounts;
using Mport.Server.Domains;

namespace Mport.Server.Data;

/// <summary>A custom domain of an account: one that it says is its own, or one that it has proven to be.</summary>
internal sealed class DomainRow
{
    /// <summary>The key.</summary>
    public required DomainId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; set; }

    /// <summary>The name, lower-case; of all that are proven it is unique on the edge.</summary>
    public required string Name { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is proven; null while it is not.</summary>
    public DateTimeOffset? ProvenAt { get; set; }

    /// <summary>When the proof was last looked for.</summary>
    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>Since when the proof of a proven domain is missing; null while it is there.</summary>
    public DateTimeOffset? MissingSince { get; set; }
}

/// <summary>What an account proves its domains with: the same for all of them.</summary>
internal sealed class DomainTokenRow
{
    /// <summary>The account.</summary>
    public required UserId UserId { get; init; }

    /// <summary>160 random bits in lower-case base 32. No secret: it stands in the DNS.</summary>
    public required string Token { get; init; }
}

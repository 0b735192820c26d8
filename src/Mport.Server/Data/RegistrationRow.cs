namespace Mport.Server.Data;

/// <summary>An address that waits to be confirmed by a one-time link, of which the SHA-256 alone is kept. There is no account before.</summary>
internal sealed class RegistrationRow
{
    /// <summary>The key: SHA-256 of the link's secret, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The address that the account will have.</summary>
    public required string Email { get; init; }

    /// <summary>When the link stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

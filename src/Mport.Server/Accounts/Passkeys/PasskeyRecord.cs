namespace Mport.Server.Accounts.Passkeys;

/// <summary>A passkey that an account has.</summary>
internal sealed record PasskeyRecord
{
    /// <summary>By which it is listed and removed.</summary>
    public required PasskeyId Id { get; init; }

    /// <summary>What its device calls it.</summary>
    public required byte[] CredentialId { get; init; }

    /// <summary>Its public key, as COSE.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>What its holder calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What its device had counted at its last use.</summary>
    public required long SignCount { get; init; }

    /// <summary>The ways to its device, with commas.</summary>
    public required string Transports { get; init; }

    /// <summary>Whether its device verified the holder when it was added.</summary>
    public required bool IsUserVerified { get; init; }

    /// <summary>Whether it can be copied to other devices by who made it.</summary>
    public required bool IsBackupEligible { get; init; }

    /// <summary>Whether it was, at its last use.</summary>
    public required bool IsBackedUp { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody last signed in with it; null for never.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Grows with each change of the name.</summary>
    public required long Revision { get; init; }
}

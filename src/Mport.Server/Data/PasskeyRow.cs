using Mport.Server.Accounts;
using Mport.Server.Accounts.Passkeys;

namespace Mport.Server.Data;

/// <summary>A passkey's public half: nothing in it lets anybody in.</summary>
internal sealed class PasskeyRow
{
    /// <summary>The key, by which it is listed and removed.</summary>
    public required PasskeyId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>What its device calls it, 1,023 bytes at most; unique on the edge.</summary>
    public required byte[] CredentialId { get; init; }

    /// <summary>Its public key, as COSE.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>What its holder calls it.</summary>
    public required string Name { get; set; }

    /// <summary>What its device had counted at its last use; 0 for one that does not count.</summary>
    public required long SignCount { get; set; }

    /// <summary>The ways to its device, as far as the browser knew them, with commas.</summary>
    public required string Transports { get; init; }

    /// <summary>Whether its device verified the holder when it was added.</summary>
    public required bool IsUserVerified { get; init; }

    /// <summary>Whether it can be copied to other devices by who made it.</summary>
    public required bool IsBackupEligible { get; init; }

    /// <summary>Whether it was, at its last use.</summary>
    public required bool IsBackedUp { get; set; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody last signed in with it; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>When the question was asked that it answered last, in ticks of 100 ns: each is answered once.</summary>
    public long LastQuestion { get; set; }

    /// <summary>Grows with each change of the name.</summary>
    public long Revision { get; set; } = 1;
}

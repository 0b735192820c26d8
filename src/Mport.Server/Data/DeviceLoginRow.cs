using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>A machine that waits for somebody to approve its login. Neither of its two codes is kept.</summary>
internal sealed class DeviceLoginRow
{
    /// <summary>The key: SHA-256 of the code that the machine keeps to itself, 32 bytes.</summary>
    public required byte[] DeviceHash { get; init; }

    /// <summary>A keyed hash of the short code that a person types, 32 bytes; unique.</summary>
    public required byte[] UserHash { get; init; }

    /// <summary>What the machine calls itself; not trusted.</summary>
    public required string Machine { get; init; }

    /// <summary>The IP address that the machine asked from.</summary>
    public required string Address { get; init; }

    /// <summary>When both codes stop working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the machine last asked.</summary>
    public DateTimeOffset? PolledAt { get; set; }

    /// <summary>Seconds that the machine has to leave between two questions.</summary>
    public required int IntervalSeconds { get; set; }

    /// <summary>Who has decided; null while nobody has.</summary>
    public UserId? UserId { get; set; }

    /// <summary>Who has decided.</summary>
    public User? User { get; init; }

    /// <summary>Whether the decision was yes.</summary>
    public bool IsApproved { get; set; }
}

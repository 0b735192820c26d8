using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>A subdomain that a tunnel gave up, and when: for a while it goes to no other account (SEC-44).</summary>
internal sealed class ReleasedName
{
    /// <summary>The subdomain; the key.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it was; that account may have it again at once.</summary>
    public required UserId UserId { get; set; }

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset ReleasedAt { get; set; }
}

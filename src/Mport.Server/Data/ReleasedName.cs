using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>
/// Whose a subdomain was last, and since when: once given up, it goes to no other account for a while (SEC-44). Whoever takes a subdomain, for a tunnel or as a
/// reservation, writes its row in the same transaction, so that of two who take it at one time only one gets through. The row outlives the account.
/// </summary>
internal sealed class ReleasedName
{
    /// <summary>The subdomain; the key.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it was; that account may have it again at once.</summary>
    public required UserId UserId { get; set; }

    /// <summary>When it was given up; of one that is held, when it was taken.</summary>
    public required DateTimeOffset ReleasedAt { get; set; }
}

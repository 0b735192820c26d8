using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;

namespace Mport.Server.Traffic;

/// <summary>What traffic is counted by: whose it is, by which token its client came, and for which tunnel.</summary>
internal readonly record struct UsageKey(UserId AccountId, TokenId TokenId, TunnelId TunnelId)
{
    /// <summary>The team whose tunnel it is, for its quota; null for a person's. Not kept: usage of a team is that of the tunnels that it has when it is asked for.</summary>
    public TeamId? TeamId { get; init; }
}

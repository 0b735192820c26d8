using Mport.Server.Accounts;

namespace Mport.Server.Traffic;

/// <summary>What traffic is counted by: whose it is, by which token its client came, and for which tunnel.</summary>
internal readonly record struct UsageKey(UserId AccountId, TokenId TokenId, TunnelId TunnelId);

using Mport.Server.Accounts.Teams;

namespace Mport.Server.Accounts.Removal;

/// <summary>A team that a deleted account was in.</summary>
/// <param name="Id">The team.</param>
/// <param name="Name">Its name.</param>
/// <param name="Keeper">Who manages it now and stands for what the account had made there; null where nobody else was in it, so that it is deleted too.</param>
/// <param name="IsNewManager">Whether the keeper was made a manager for it, as the account was the only one.</param>
/// <param name="KeeperEmail">The keeper's e-mail address.</param>
internal sealed record LeftTeam(TeamId Id, string Name, UserId? Keeper, bool IsNewManager, string? KeeperEmail);

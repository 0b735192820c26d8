using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts.Devices;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Teams;
using Mport.Server.Accounts.Web;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>The stores of signing in, and of teams.</summary>
internal sealed class AccountStores(IDbContextFactory<EdgeDbContext> contexts, ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>Passwords and second factors.</summary>
    public CredentialStore Credentials { get; } = new(contexts, time);

    /// <summary>Browsers' sessions.</summary>
    public WebSessionStore WebSessions { get; } = new(contexts, time, loggers.CreateLogger<WebSessionStore>());

    /// <summary>One-time links.</summary>
    public LinkStore Links { get; } = new(contexts, time);

    /// <summary>Teams.</summary>
    public TeamStore Teams { get; } = new(contexts, time);

    /// <summary>Who is in which team.</summary>
    public TeamMemberStore TeamMembers { get; } = new(contexts, time);

    /// <summary>Invitations.</summary>
    public InvitationStore Invitations { get; } = new(contexts, time);

    /// <summary>Machines that wait.</summary>
    public DeviceLoginStore DeviceLogins(AccountKey key) => new(contexts, key, time);
}

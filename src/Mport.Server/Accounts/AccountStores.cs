using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts.Devices;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Teams;
using Mport.Server.Accounts.Web;
using Mport.Server.Data;
using Mport.Server.Mail;

namespace Mport.Server.Accounts;

/// <summary>The stores of signing in, and of teams.</summary>
internal sealed class AccountStores(IDbContextFactory<EdgeDbContext> contexts, ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>Passwords and second factors.</summary>
    public CredentialStore Credentials { get; } = new(contexts, time);

    /// <summary>Browsers' sessions.</summary>
    public WebSessionStore WebSessions { get; } = new(contexts, time, loggers.CreateLogger<WebSessionStore>());

    /// <summary>Passkeys.</summary>
    public PasskeyStore Passkeys { get; } = new(contexts, time);

    /// <summary>One-time links.</summary>
    public LinkStore Links { get; } = new(contexts, time);

    /// <summary>Teams.</summary>
    public TeamStore Teams { get; } = new(contexts, time);

    /// <summary>Who is in which team.</summary>
    public TeamMemberStore TeamMembers { get; } = new(contexts, time);

    /// <summary>Invitations.</summary>
    public InvitationStore Invitations { get; } = new(contexts, time);

    /// <summary>Addresses that wait to be confirmed.</summary>
    public RegistrationStore Registrations { get; } = new(contexts, time);

    /// <summary>Mails that wait to be sent.</summary>
    public MailStore Mails { get; } = new(contexts, time);

    /// <summary>Machines that wait.</summary>
    public DeviceLoginStore DeviceLogins(AccountKey key) => new(contexts, key, time);
}

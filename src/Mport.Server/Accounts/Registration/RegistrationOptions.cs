namespace Mport.Server.Accounts.Registration;

/// <summary>Who may make an account.</summary>
internal sealed record RegistrationOptions
{
    /// <summary>How accounts come about. Default: by invitation.</summary>
    public RegistrationMode Mode { get; init; } = RegistrationMode.Invite;

    /// <summary>The mail domains with which people may register themselves. Default: all. Invitations are for whom the administrator wants.</summary>
    public MailDomains Domains { get; init; } = MailDomains.All;
}

/// <summary>How accounts come about, beside <c>mportd user add</c>.</summary>
internal enum RegistrationMode
{
    /// <summary>Not at all: an administrator adds them.</summary>
    Closed,

    /// <summary>By invitation.</summary>
    Invite,

    /// <summary>Everybody makes one, by confirming a mail; and by invitation.</summary>
    Open,
}

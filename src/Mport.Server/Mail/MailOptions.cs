using Mport.Protocol.Identity;
using Mport.Server.Accounts;

namespace Mport.Server.Mail;

/// <summary>How the edge sends mail; there is none of it where no mail server is configured.</summary>
internal sealed record MailOptions
{
    /// <summary>The server that takes the edge's mail.</summary>
    public required SmtpServer Server { get; init; }

    /// <summary>The name that the edge signs in with; null for no name. Needs <see cref="Password"/>.</summary>
    public string? User { get; init; }

    /// <summary>The password to <see cref="User"/>.</summary>
    public Secret? Password { get; init; }

    /// <summary>How the connection is kept private. Default: STARTTLS, and no mail without it.</summary>
    public SmtpTls Tls { get; init; }

    /// <summary>The sender of the edge's mail.</summary>
    public required EmailAddress From { get; init; }
}

/// <summary>How a connection to a mail server is kept private.</summary>
internal enum SmtpTls
{
    /// <summary>TLS from STARTTLS on; a server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>None: for a server on the same machine or a network of one's own.</summary>
    None,
}

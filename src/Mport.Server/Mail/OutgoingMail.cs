namespace Mport.Server.Mail;

/// <summary>A mail that waits to be sent. Its text is written when it is sent, so that no link stands in the database.</summary>
internal sealed record OutgoingMail
{
    /// <summary>The lasting id.</summary>
    public required MailId Id { get; init; }

    /// <summary>What it is about.</summary>
    public required MailKind Kind { get; init; }

    /// <summary>Whom it goes to.</summary>
    public required string Email { get; init; }

    /// <summary>The secret of its link, sealed for this mail; null where the link is made when the mail is written.</summary>
    public byte[]? Sealed { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often it was tried, this time included.</summary>
    public required int Attempts { get; init; }
}

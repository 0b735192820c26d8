using Mport.Server.Mail;

namespace Mport.Server.Data;

/// <summary>A mail that waits to be sent. It holds no text and no link in the clear; it is deleted as soon as it is sent or given up.</summary>
internal sealed class OutgoingMailRow
{
    /// <summary>The key.</summary>
    public required MailId Id { get; init; }

    /// <summary>What it is about.</summary>
    public required MailKind Kind { get; init; }

    /// <summary>Whom it goes to.</summary>
    public required string Email { get; init; }

    /// <summary>The secret of its link, sealed with the data folder's key; null where the link is made when it is sent.</summary>
    public byte[]? Sealed { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is to be tried next.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; set; }
}

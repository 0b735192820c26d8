using Mport.Server.Accounts;

namespace Mport.Server.Events;

/// <summary>Which events are wanted.</summary>
internal sealed record EventQuery
{
    /// <summary>Only this account's; null for those of all, which admins and auditors alone may ask for.</summary>
    public UserId? AccountId { get; init; }

    /// <summary>Whether only those of the audit are wanted.</summary>
    public bool AuditOnly { get; init; }

    /// <summary>Only of this kind; with a trailing dot, of all kinds that begin so.</summary>
    public string? Kind { get; init; }

    /// <summary>Only by this actor: an id.</summary>
    public string? ActorId { get; init; }

    /// <summary>Only about this object: an id.</summary>
    public string? SubjectId { get; init; }

    /// <summary>Only by or about somebody or something whose name holds this text.</summary>
    public string? Search { get; init; }

    /// <summary>From this moment on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only behind this place, where the oldest come first; before it, where the newest do. Null begins at the end that comes first.</summary>
    public long? Cursor { get; init; }

    /// <summary>Whether the newest come first.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 100;
}

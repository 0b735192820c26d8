using Mport.Server.Accounts;

namespace Mport.Server.Events;

/// <summary>
/// Something that happened, to be written to the <see cref="IEventLog"/>. What it holds is kept for long and shown to others: no token, password, code or
/// cookie ever stands in it, not even in <see cref="Before"/> and <see cref="After"/>.
/// </summary>
internal sealed record EdgeEvent
{
    /// <summary>What happened.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>Who did it.</summary>
    public required EventActor Actor { get; init; }

    /// <summary>Whose it is: this account sees it, apart from admins and auditors. Null for what concerns the edge alone.</summary>
    public UserId? AccountId { get; init; }

    /// <summary>What it happened to.</summary>
    public EventSubject? Subject { get; init; }

    /// <summary>Each changed property as it was, by its name in the API; null where there was nothing.</summary>
    public IReadOnlyDictionary<string, string?>? Before { get; init; }

    /// <summary>Each changed property as it is now; null where nothing is left.</summary>
    public IReadOnlyDictionary<string, string?>? After { get; init; }

    /// <summary>The code of the error that it ended with, or that it was refused with.</summary>
    public string? Code { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }
}

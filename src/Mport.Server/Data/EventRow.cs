using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>An event in the log. Rows are added at the end and removed from the beginning, never changed.</summary>
internal sealed class EventRow
{
    /// <summary>The key: its place in the log.</summary>
    public required long Sequence { get; init; }

    /// <summary>The lasting id, <c>evt_…</c>; unique.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it is part of the audit.</summary>
    public required bool IsAudit { get; init; }

    /// <summary>The kind of actor.</summary>
    public required string ActorKind { get; init; }

    /// <summary>Who did it.</summary>
    public string? ActorId { get; init; }

    /// <summary>Who did it, for a reader.</summary>
    public string? ActorName { get; init; }

    /// <summary>From where.</summary>
    public string? Address { get; init; }

    /// <summary>Whose it is. Not a foreign key: events outlive what they tell of.</summary>
    public UserId? AccountId { get; init; }

    /// <summary>The kind of object that it happened to.</summary>
    public string? SubjectKind { get; init; }

    /// <summary>The object.</summary>
    public string? SubjectId { get; init; }

    /// <summary>The object, for a reader.</summary>
    public string? SubjectName { get; init; }

    /// <summary>A JSON object.</summary>
    public string? Before { get; init; }

    /// <summary>A JSON object.</summary>
    public string? After { get; init; }

    /// <summary>The error's code.</summary>
    public string? Code { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 over the hash of the row before and all of the above (<see cref="Events.EventChain"/>).</summary>
    public required byte[] Hash { get; init; }
}

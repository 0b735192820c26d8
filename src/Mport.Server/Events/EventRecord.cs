using Mport.Server.Accounts;

namespace Mport.Server.Events;

/// <summary>An event as it stands in the log.</summary>
internal sealed record EventRecord
{
    /// <summary>Its place in the log: 1, 2, 3 …, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>The lasting id, <c>evt_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it is part of the audit.</summary>
    public required bool IsAudit { get; init; }

    /// <summary>Who did it: the kind of actor.</summary>
    public required string ActorKind { get; init; }

    /// <summary>Who did it.</summary>
    public string? ActorId { get; init; }

    /// <summary>Who did it, for a reader.</summary>
    public string? ActorName { get; init; }

    /// <summary>From where.</summary>
    public string? Address { get; init; }

    /// <summary>Whose it is.</summary>
    public UserId? AccountId { get; init; }

    /// <summary>What it happened to: the kind of object.</summary>
    public string? SubjectKind { get; init; }

    /// <summary>What it happened to.</summary>
    public string? SubjectId { get; init; }

    /// <summary>What it happened to, for a reader.</summary>
    public string? SubjectName { get; init; }

    /// <summary>A JSON object of what was before.</summary>
    public string? Before { get; init; }

    /// <summary>A JSON object of what is now.</summary>
    public string? After { get; init; }

    /// <summary>The error's code.</summary>
    public string? Code { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

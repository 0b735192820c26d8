using System.Text.Json;
using System.Text.Json.Serialization;
using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary>An event as the API shows it.</summary>
internal sealed record EventAnswer
{
    /// <summary>The id, <c>evt_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened: two words with a dot between.</summary>
    public required string Kind { get; init; }

    /// <summary>Who did it.</summary>
    public required EventParty Actor { get; init; }

    /// <summary>The IP address that it came from.</summary>
    public string? Address { get; init; }

    /// <summary>Whose it is; absent for what concerns the edge alone.</summary>
    public string? AccountId { get; init; }

    /// <summary>What it happened to.</summary>
    public EventParty? Subject { get; init; }

    /// <summary>What was before: the changed members.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>What is now: the changed members.</summary>
    public JsonElement? After { get; init; }

    /// <summary>The code of the error that it ended with.</summary>
    public string? Code { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The answer of an event.</summary>
    public static EventAnswer Of(EventRecord happened) => new()
    {
        Id = happened.Id,
        At = happened.At,
        Kind = happened.Kind,
        Actor = new EventParty(happened.ActorKind, happened.ActorId, happened.ActorName),
        Address = happened.Address,
        AccountId = happened.AccountId?.Value,
        Subject = happened.SubjectKind is { } kind ? new EventParty(kind, happened.SubjectId, happened.SubjectName) : null,
        Before = ToElement(happened.Before),
        After = ToElement(happened.After),
        Code = happened.Code,
        Reason = happened.Reason,
    };

    private static JsonElement? ToElement(string? json) => json is null ? null : JsonElement.Parse(json);
}

/// <summary>Who did something, or what it happened to.</summary>
/// <param name="Kind">The kind: user, token, tunnel, session, command, edge, unknown …</param>
/// <param name="Id">The id.</param>
/// <param name="Name">What a reader knows it by.</param>
internal sealed record EventParty(string Kind, string? Id, string? Name);

/// <summary>The records of the resources.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventAnswer))]
[JsonSerializable(typeof(ListAnswer<EventAnswer>))]
internal sealed partial class EventsJson : JsonSerializerContext;

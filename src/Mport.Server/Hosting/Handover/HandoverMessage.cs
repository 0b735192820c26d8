using System.Text.Json.Serialization;

namespace Mport.Server.Hosting.Handover;

/// <summary>What the two edges of a handover say to each other (docs/decisions: handover by descriptor).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(HandoverAsked), "asked")]
[JsonDerivedType(typeof(HandoverGranted), "granted")]
[JsonDerivedType(typeof(HandoverRefused), "refused")]
[JsonDerivedType(typeof(HandoverStep), "step")]
[JsonDerivedType(typeof(HandoverPart), "part")]
internal record HandoverMessage;

/// <summary>New to old, first of all. Every version must be able to read it.</summary>
/// <param name="Protocol">The version of this conversation.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Process">The process id.</param>
internal sealed record HandoverAsked(int Protocol, string Version, int Process) : HandoverMessage;

/// <summary>Old to new: the old edge will hand over, and takes part in no other handover until this one is over.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Process">The process id.</param>
internal sealed record HandoverGranted(string Version, int Process) : HandoverMessage;

/// <summary>Old to new: there will be no handover.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Text">Why not.</param>
internal sealed record HandoverRefused(string Code, string Text) : HandoverMessage;

/// <summary>Old to new: some of what is handed over; answered with <see cref="HandoverStage.Received"/>.</summary>
internal sealed record HandoverPart : HandoverMessage
{
    /// <summary>What the descriptors are that come with this message, in their order.</summary>
    public IReadOnlyList<SocketRole> Descriptors { get; init; } = [];

    /// <summary>Subdomains whose clients are here and will come back at the new edge.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The last generation of a session that was given.</summary>
    public long Generation { get; init; }

    /// <summary>Whether this is the last part.</summary>
    public bool IsLast { get; init; }
}

/// <summary>Either way: a point that both must have reached.</summary>
/// <param name="Stage">The point.</param>
internal sealed record HandoverStep(HandoverStage Stage) : HandoverMessage;

/// <summary>The points of a handover, in their order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HandoverStage>))]
internal enum HandoverStage
{
    /// <summary>New: settings, database and certificate are in order; give me the sockets.</summary>
    [JsonStringEnumMemberName("prepared")]
    Prepared,

    /// <summary>New: a part has come.</summary>
    [JsonStringEnumMemberName("received")]
    Received,

    /// <summary>New: all sockets have their place; nothing is missing but to accept.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Old: I accept no more, but would go on if you failed.</summary>
    [JsonStringEnumMemberName("held")]
    Held,

    /// <summary>New: I accept. From here on the new edge is the edge.</summary>
    [JsonStringEnumMemberName("serving")]
    Serving,
}

/// <summary>The JSON of a handover.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowOutOfOrderMetadataProperties = true, RespectNullableAnnotations = true, MaxDepth = 4)]
[JsonSerializable(typeof(HandoverMessage))]
internal sealed partial class HandoverJson : JsonSerializerContext;

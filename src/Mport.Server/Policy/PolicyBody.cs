using System.Text.Json;
using System.Text.Json.Serialization;
using Mport.Protocol.Rest;

namespace Mport.Server.Policy;

/// <summary>The rules that are to come before the client's.</summary>
internal sealed record PolicyBody
{
    /// <summary>A list of rules, as docs/policy.md describes them.</summary>
    public required JsonElement? Rules { get; init; }
}

/// <summary>The rules in front of a tunnel. Secrets stand as <c>***</c>.</summary>
internal sealed record PolicyAnswerBody
{
    /// <summary>Those that were set here, which come first; absent where none were.</summary>
    public JsonElement? Rules { get; init; }

    /// <summary>Those of the client that serves the tunnel; absent where none does, or it declares none.</summary>
    public JsonElement? ClientRules { get; init; }

    /// <summary>Sent as <c>Mport-Trace</c> with a request, it shows in the answer's <c>Mport-Policy</c> which rule decided. It changes when the edge starts.</summary>
    public required string TraceKey { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PolicyBody))]
[JsonSerializable(typeof(PolicyAnswerBody))]
[JsonSerializable(typeof(PolicyCheckRequest))]
[JsonSerializable(typeof(PolicyCheckResult))]
internal sealed partial class PolicyJson : JsonSerializerContext;

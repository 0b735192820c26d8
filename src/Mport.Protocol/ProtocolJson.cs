using System.Text.Json;
using System.Text.Json.Serialization;
using Mport.Protocol.Control;
using Mport.Protocol.Handshake;

namespace Mport.Protocol;

/// <summary>All JSON of the wire, source-generated: snake_case, nulls left out, unknown members ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    MaxDepth = 12)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(HandshakeAnswer))]
[JsonSerializable(typeof(ControlMessage))]
internal sealed partial class ProtocolJson : JsonSerializerContext;

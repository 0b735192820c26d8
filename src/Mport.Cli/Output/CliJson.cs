using System.Text.Json;
using System.Text.Json.Serialization;
using Mport.Cli.Processes;

namespace Mport.Cli.Output;

/// <summary>All JSON of the program, source-generated: snake_case, nulls left out, characters beyond ASCII escaped.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionConnectedLine))]
[JsonSerializable(typeof(SessionLostLine))]
[JsonSerializable(typeof(SessionSuspendedLine))]
[JsonSerializable(typeof(TunnelReadyLine))]
[JsonSerializable(typeof(TunnelClosedLine))]
[JsonSerializable(typeof(TunnelHealthyLine))]
[JsonSerializable(typeof(TunnelUnhealthyLine))]
[JsonSerializable(typeof(SessionResumedLine))]
[JsonSerializable(typeof(ConnectionOpenedLine))]
[JsonSerializable(typeof(ConnectionClosedLine))]
[JsonSerializable(typeof(NoticeLine))]
[JsonSerializable(typeof(ErrorLine))]
[JsonSerializable(typeof(LoginCodeLine))]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(RunReply))]
[JsonSerializable(typeof(RunningTunnelLine))]
[JsonSerializable(typeof(StatusLine))]
[JsonSerializable(typeof(VersionLine))]
[JsonSerializable(typeof(ExplanationLine))]
[JsonSerializable(typeof(CheckLine))]
internal sealed partial class CliJson : JsonSerializerContext;

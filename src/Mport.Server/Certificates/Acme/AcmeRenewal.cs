using System.Text.Json.Serialization;

namespace Mport.Server.Certificates.Acme;

/// <summary>When to renew (RFC 9773, 4.2).</summary>
internal sealed record AcmeRenewal
{
    /// <summary>Between which times.</summary>
    [JsonPropertyName("suggestedWindow")]
    public required AcmeWindow SuggestedWindow { get; init; }
}

/// <summary>A span of time.</summary>
/// <param name="Start">Its begin.</param>
/// <param name="End">Its end.</param>
internal sealed record AcmeWindow([property: JsonPropertyName("start")] DateTimeOffset Start, [property: JsonPropertyName("end")] DateTimeOffset End);

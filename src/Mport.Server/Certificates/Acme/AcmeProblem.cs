using System.Text.Json.Serialization;

namespace Mport.Server.Certificates.Acme;

/// <summary>What went wrong (6.7).</summary>
internal sealed record AcmeProblem
{
    /// <summary><c>urn:ietf:params:acme:error:…</c></summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>For people.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    /// <summary>What of it concerns which name.</summary>
    [JsonPropertyName("subproblems")]
    public IReadOnlyList<AcmeProblem>? Subproblems { get; init; }
}

using System.Text.Json.Serialization;

namespace Mport.Server.Certificates.Acme;

/// <summary>An order (7.1.3).</summary>
internal sealed record AcmeOrder
{
    /// <summary><c>pending</c>, <c>ready</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>What has to be shown.</summary>
    [JsonPropertyName("authorizations")]
    public IReadOnlyList<Uri> Authorizations { get; init; } = [];

    /// <summary>Where the request for the certificate goes.</summary>
    [JsonPropertyName("finalize")]
    public required Uri Finalize { get; init; }

    /// <summary>Where the certificate is, once the order is valid.</summary>
    [JsonPropertyName("certificate")]
    public Uri? Certificate { get; init; }

    /// <summary>Why it is invalid.</summary>
    [JsonPropertyName("error")]
    public AcmeProblem? Error { get; init; }
}

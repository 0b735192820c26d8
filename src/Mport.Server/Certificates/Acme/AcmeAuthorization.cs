using System.Text.Json.Serialization;

namespace Mport.Server.Certificates.Acme;

/// <summary>What has to be shown for one name (7.1.4).</summary>
internal sealed record AcmeAuthorization
{
    /// <summary><c>pending</c>, <c>valid</c>, <c>invalid</c>, …</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>The name, without the star of a wildcard.</summary>
    [JsonPropertyName("identifier")]
    public required AcmeIdentifier Identifier { get; init; }

    /// <summary>The ways of showing it.</summary>
    [JsonPropertyName("challenges")]
    public IReadOnlyList<AcmeChallenge> Challenges { get; init; } = [];
}

/// <summary>A name.</summary>
/// <param name="Type"><c>dns</c>.</param>
/// <param name="Value">The name.</param>
internal sealed record AcmeIdentifier([property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("value")] string Value);

/// <summary>One way (8).</summary>
internal sealed record AcmeChallenge
{
    /// <summary><c>http-01</c> and the like.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>Where the authority is told that it may look.</summary>
    [JsonPropertyName("url")]
    public required Uri Url { get; init; }

    /// <summary>What makes this one different from others.</summary>
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    /// <summary>What the authority found in place of it.</summary>
    [JsonPropertyName("error")]
    public AcmeProblem? Error { get; init; }
}

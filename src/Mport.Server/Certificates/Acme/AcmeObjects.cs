using System.Text.Json.Serialization;

namespace Mport.Server.Certificates.Acme;

/// <summary>The authority's addresses (RFC 8555, 7.1.1).</summary>
internal sealed record AcmeDirectory
{
    /// <summary>Gives nonces.</summary>
    [JsonPropertyName("newNonce")]
    public required Uri NewNonce { get; init; }

    /// <summary>Makes accounts.</summary>
    [JsonPropertyName("newAccount")]
    public required Uri NewAccount { get; init; }

    /// <summary>Takes orders.</summary>
    [JsonPropertyName("newOrder")]
    public required Uri NewOrder { get; init; }

    /// <summary>Says when to renew (RFC 9773); null where the authority does not.</summary>
    [JsonPropertyName("renewalInfo")]
    public Uri? RenewalInfo { get; init; }
}

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

/// <summary>When to renew (RFC 9773, 4.2).</summary>
internal sealed record AcmeRenewalInfo
{
    /// <summary>Between which times.</summary>
    [JsonPropertyName("suggestedWindow")]
    public required AcmeWindow SuggestedWindow { get; init; }
}

/// <summary>A span of time.</summary>
/// <param name="Start">Its begin.</param>
/// <param name="End">Its end.</param>
internal sealed record AcmeWindow([property: JsonPropertyName("start")] DateTimeOffset Start, [property: JsonPropertyName("end")] DateTimeOffset End);

/// <summary>A request for an account.</summary>
/// <param name="TermsAgreed">The operator has agreed to the authority's terms.</param>
/// <param name="Contact">Where the authority writes to.</param>
internal sealed record AcmeNewAccount([property: JsonPropertyName("termsOfServiceAgreed")] bool TermsAgreed, [property: JsonPropertyName("contact")] IReadOnlyList<string>? Contact);

/// <summary>A request for a certificate.</summary>
/// <param name="Identifiers">The names.</param>
internal sealed record AcmeNewOrder([property: JsonPropertyName("identifiers")] IReadOnlyList<AcmeIdentifier> Identifiers);

/// <summary>The last step of an order.</summary>
/// <param name="Csr">The certificate request, DER in base64url.</param>
internal sealed record AcmeFinalize([property: JsonPropertyName("csr")] string Csr);

/// <summary>The protocol's objects.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(AcmeDirectory))]
[JsonSerializable(typeof(AcmeOrder))]
[JsonSerializable(typeof(AcmeAuthorization))]
[JsonSerializable(typeof(AcmeProblem))]
[JsonSerializable(typeof(AcmeRenewalInfo))]
[JsonSerializable(typeof(AcmeNewAccount))]
[JsonSerializable(typeof(AcmeNewOrder))]
[JsonSerializable(typeof(AcmeFinalize))]
internal sealed partial class AcmeJson : JsonSerializerContext;

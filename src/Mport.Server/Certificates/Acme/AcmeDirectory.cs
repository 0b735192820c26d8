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

using System.Text.Json.Serialization;

namespace Mport.Server.Certificates.Acme;

/// <summary>A request for an account.</summary>
/// <param name="TermsAgreed">The operator has agreed to the authority's terms.</param>
/// <param name="Contact">Where the authority writes to.</param>
internal sealed record AcmeNewAccount([property: JsonPropertyName("termsOfServiceAgreed")] bool TermsAgreed, [property: JsonPropertyName("contact")] IReadOnlyList<string>? Contact);

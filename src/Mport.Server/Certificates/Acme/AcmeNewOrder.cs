using System.Text.Json.Serialization;

namespace Mport.Server.Certificates.Acme;

/// <summary>A request for a certificate.</summary>
/// <param name="Identifiers">The names.</param>
internal sealed record AcmeNewOrder([property: JsonPropertyName("identifiers")] IReadOnlyList<AcmeIdentifier> Identifiers);

/// <summary>The last step of an order.</summary>
/// <param name="Csr">The certificate request, DER in base64url.</param>
internal sealed record AcmeFinalize([property: JsonPropertyName("csr")] string Csr);

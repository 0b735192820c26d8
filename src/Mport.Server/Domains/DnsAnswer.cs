namespace Mport.Server.Domains;

/// <summary>What the DNS says about a name.</summary>
/// <param name="Values">The values of the records; empty where there are none.</param>
/// <param name="Failure">Why it could not be asked; null when the answer is certain.</param>
internal sealed record DnsAnswer(IReadOnlyList<string> Values, string? Failure = null);

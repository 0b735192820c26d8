using System.Net;

namespace Mport.Server.Domains;

/// <summary>Looks at the DNS of domains.</summary>
/// <param name="edge">The edge's own domain, which they should lead to.</param>
/// <param name="resolver">Asks.</param>
internal sealed class DomainLook(string edge, IDomainResolver resolver)
{
    // A name below a wildcard, to see where it leads.
    private const string Probe = "mport-check.";

    /// <summary>Whether the proof is there.</summary>
    public async Task<RecordCheck> FindProofAsync(Domain domain, CancellationToken cancellationToken)
    {
        var (name, expected) = (DomainProof.NameOf(domain.Name), DomainProof.ValueOf(domain.Name, domain.Token));
        var answer = await resolver.ReadTextsAsync(name, cancellationToken);
        return new RecordCheck
        {
            Type = "TXT",
            Name = name,
            Expected = expected,
            Found = answer.Values,
            IsGood = answer.Values.Contains(expected, StringComparer.Ordinal),
            Failure = answer.Failure,
        };
    }

    /// <summary>Looks at everything.</summary>
    public async Task<DomainCheck> CheckAsync(Domain domain, CancellationToken cancellationToken)
    {
        var host = CustomDomain.IsWildcard(domain.Name) ? Probe + CustomDomain.Base(domain.Name) : domain.Name;
        var proof = FindProofAsync(domain, cancellationToken);
        var own = ReadOwnAsync(cancellationToken);
        var answer = await resolver.ReadAddressesAsync(host, cancellationToken);
        var addresses = await own;
        return new DomainCheck(await proof, new RecordCheck
        {
            Type = "CNAME",
            Name = domain.Name,
            Expected = edge,
            Found = answer.Values,
            IsGood = answer.Values.Contains(edge, StringComparer.Ordinal) || answer.Values.Intersect(addresses, StringComparer.Ordinal).Any(),
            Failure = answer.Failure,
        });
    }

    private async Task<IReadOnlyList<string>> ReadOwnAsync(CancellationToken cancellationToken) =>
        IPAddress.TryParse(edge, out var address) ? [address.ToString()] : (await resolver.ReadAddressesAsync(edge, cancellationToken)).Values;
}

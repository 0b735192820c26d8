using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;
using Mport.Server.Events;

namespace Mport.Server.Domains;

/// <summary>Adds custom domains, and finds out whether they are proven.</summary>
internal sealed class DomainDesk(string edge, DomainStore store, DomainLook look, AwaitedDomains awaited, ProvenHosts proven, IEventLog events)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <summary>The edge's own domain.</summary>
    public string Edge => edge;

    /// <summary>
    /// Makes sure that all these domains are proven to be the session's account's. One that is not known is added, and one that is not proven is looked at; where
    /// the proof is not there, the failure says which records to set, and the domain is looked at again and again for a while.
    /// </summary>
    /// <returns>The domains in their one form, null for no wish; or why not.</returns>
    public async Task<(TunnelHosts? Hosts, Failure? Failure)> RequireAsync(SessionIdentity session, IReadOnlyList<string>? wanted, CancellationToken cancellationToken)
    {
        if (wanted is null)
        {
            return (null, null);
        }

        if (wanted.Count > TunnelHosts.Most)
        {
            return (null, Failure.Of(DomainErrors.DomainInvalid, $"The tunnel asks for {wanted.Count} domains; it may have {TunnelHosts.Most}."));
        }

        var names = new List<string>();
        foreach (var text in wanted)
        {
            if (CustomDomain.Read(text, edge, out var name) is { } invalid)
            {
                return (null, invalid);
            }

            if (!session.Names.Contains(name))
            {
                return (null, Failure.Of(ApiErrors.TokenNameRefused, $"The token is for tunnels named {string.Join(", ", session.Names.Patterns)} alone, and {name} is none of them."));
            }

            names.Add(name);
        }

        foreach (var name in names)
        {
            if (await RequireAsync(session, name, cancellationToken) is { } failure)
            {
                return (null, failure);
            }
        }

        return (TunnelHosts.Of(names), null);
    }

    /// <summary>Adds a domain to an account, or finds it there.</summary>
    public async Task<(Domain? Domain, Failure? Failure)> AddAsync(EventActor actor, UserId owner, string name, CancellationToken cancellationToken)
    {
        var (domain, isNew, failure) = await store.AddAsync(owner, name, cancellationToken);
        if (domain is not null && isNew)
        {
            await events.ChangedAsync(EventKinds.DomainAdded, actor, owner, SubjectOf(domain), ("name", null, name));
        }

        return (domain, failure);
    }

    /// <summary>Looks at a domain's DNS at once. Where the proof is there, the domain is proven from now on.</summary>
    /// <returns>What was found, and whether the domain is proven now.</returns>
    public async Task<(DomainCheck Check, bool IsProven)> CheckAsync(EventActor actor, Domain domain, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var check = await look.CheckAsync(domain, limit.Token);
        return (check, check.Proof.IsGood ? await ProveAsync(actor, domain, cancellationToken) : domain.ProvenAt is not null);
    }

    /// <summary>The proof is there: notes it. False when another account has proven the domain.</summary>
    public async Task<bool> ProveAsync(EventActor actor, Domain domain, CancellationToken cancellationToken)
    {
        if (!await store.SetProvenAsync(domain, cancellationToken))
        {
            return false;
        }

        awaited.Forget(domain.Id);
        proven.Add(domain.Name);
        if (domain.ProvenAt is null)
        {
            await events.ChangedAsync(EventKinds.DomainProven, actor, domain.UserId, SubjectOf(domain), ("state", "pending", "proven"));
        }

        return true;
    }

    /// <summary>A domain as events name it.</summary>
    public static EventSubject SubjectOf(Domain domain) => new("domain", domain.Id.Value, domain.Name);

    private async Task<Failure?> RequireAsync(SessionIdentity session, string name, CancellationToken cancellationToken)
    {
        if (await store.IsProvenAsync(session.UserId, name, cancellationToken))
        {
            return null;
        }

        var actor = EventActor.OfToken(session.TokenId, session.Email, session.Remote.Address);
        var (domain, refused) = await AddAsync(actor, session.UserId, name, cancellationToken);
        if (domain is null)
        {
            return refused;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var proof = await look.FindProofAsync(domain, limit.Token);
        if (proof.IsGood)
        {
            return await ProveAsync(actor, domain, cancellationToken)
                ? null
                : Failure.Of(DomainErrors.DomainTaken, $"Another account has proven that {name} is its own.");
        }

        awaited.Add(domain);
        var found = proof.Failure ?? (proof.Found.Count == 0 ? "There is no such record yet." : $"Found there: {string.Join(", ", proof.Found.Take(3))}.");
        return Failure.Of(
            DomainErrors.DomainNotProven,
            $"{name} is not proven to be yours yet. Set the record {proof.Name} TXT \"{proof.Expected}\", and let {name} lead here: CNAME {edge}. {found} The edge looks again every few seconds.",
            retry: true);
    }
}

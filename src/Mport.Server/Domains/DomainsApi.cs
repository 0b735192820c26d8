using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Domains;

/// <summary><c>/api/v1/domains</c>: the custom domains of the caller's account.</summary>
internal static class DomainsApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapDomains(this IEndpointRouteBuilder api)
    {
        var domains = api.MapGroup("/domains").WithTags("domains");
        domains.MapGet("", ListAsync).Needs(TokenScopes.TunnelsRead).Lists("-created_at", "name").WithName("listDomains").WithSummary("Your custom domains");
        domains.MapPost("", CreateAsync).Needs(TokenScopes.TunnelsWrite).Takes<DomainBody>().Refuses(StatusCodes.Status409Conflict).WithName("createDomain").WithSummary("Add a custom domain; the answer has the DNS records to set");
        domains.MapGet("/{id}", GetAsync).Needs(TokenScopes.TunnelsRead).WithName("getDomain").WithSummary("One of your custom domains");
        domains.MapPost("/{id}/check", CheckAsync).Needs(TokenScopes.TunnelsWrite).WithName("checkDomain").WithSummary("Look at its DNS now: what is expected, and what was found. Where the proof is there, the domain is yours from now on");
        domains.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.TunnelsWrite).WithName("removeDomain").WithSummary("Remove a custom domain; its visitors get nowhere from now on");
    }

    private static async Task<Ok<ListAnswer<DomainAnswer>>> ListAsync(ApiCaller caller, ListQuery query, DomainStore domains, DomainDesk desk, CancellationToken cancellationToken)
    {
        var rows = await domains.ListAsync(caller.UserId, query, cancellationToken);
        return TypedResults.Ok(query.ToAnswer(rows, row => new ListPosition(query.Sort == "name" ? row.Name : "", row.Id.Value), row => DomainAnswer.Of(row, desk.Edge)));
    }

    private static async Task<Results<Created<DomainAnswer>, ApiProblem>> CreateAsync(ApiCaller caller, Body<DomainBody> body, DomainDesk desk, CancellationToken cancellationToken)
    {
        if (CustomDomain.Read(body.Value.Name ?? "", desk.Edge, out var name) is { } invalid)
        {
            return ApiProblem.Invalid(new FieldError("/name", invalid.Text));
        }

        if (!caller.Limits.Names.Contains(name))
        {
            return ApiProblem.Invalid(new FieldError("/name", "The token may not use it."));
        }

        var (domain, failure) = await desk.AddAsync(EventActor.Of(caller), caller.UserId, name, cancellationToken);
        return domain is null
            ? ApiProblem.Of(StatusCodes.Status409Conflict, failure ?? Failure.Of(DomainErrors.DomainTaken))
            : TypedResults.Created($"/api/v1/domains/{domain.Id}", DomainAnswer.Of(domain, desk.Edge));
    }

    private static async Task<Results<Ok<DomainAnswer>, ApiProblem>> GetAsync(ApiCaller caller, string id, DomainStore domains, DomainDesk desk, CancellationToken cancellationToken) =>
        await domains.FindAsync(caller.UserId, new DomainId(id), cancellationToken) is { } domain ? TypedResults.Ok(DomainAnswer.Of(domain, desk.Edge)) : ApiProblem.NotFound;

    private static async Task<Results<Ok<DomainAnswer>, ApiProblem>> CheckAsync(ApiCaller caller, string id, DomainStore domains, DomainDesk desk, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, domains, cancellationToken) is not { } domain)
        {
            return ApiProblem.NotFound;
        }

        var (check, _) = await desk.CheckAsync(EventActor.Of(caller), domain, cancellationToken);
        var now = await domains.FindAsync(caller.UserId, domain.Id, cancellationToken) ?? domain;
        return TypedResults.Ok(DomainAnswer.Of(now, desk.Edge) with { Records = [DomainRecordAnswer.Of("proof", check.Proof), DomainRecordAnswer.Of("routing", check.Routing)] });
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(
        ApiCaller caller, string id, DomainStore domains, DomainEnd end, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, domains, cancellationToken) is not { } domain || !await end.RemoveAsync(caller.UserId, domain, cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.ChangedAsync(EventKinds.DomainRemoved, EventActor.Of(caller), caller.UserId, DomainDesk.SubjectOf(domain), ("name", domain.Name, null));
        return TypedResults.NoContent();
    }

    // A token that is bound to names changes no other domain; it may see them, since it may list them.
    private static async Task<Domain?> FindToChangeAsync(ApiCaller caller, string id, DomainStore domains, CancellationToken cancellationToken) =>
        await domains.FindAsync(caller.UserId, new DomainId(id), cancellationToken) is { } domain && caller.Limits.Names.Contains(domain.Name) ? domain : null;
}

/// <summary>A custom domain as the API shows it.</summary>
internal sealed record DomainAnswer
{
    /// <summary>The lasting id, <c>dom_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name; one that begins with <c>*.</c> stands for any one label.</summary>
    public required string Name { get; init; }

    /// <summary><c>pending</c> until the proof was found, then <c>proven</c>.</summary>
    public required string State { get; init; }

    /// <summary>The DNS records to set; after a check, with what was found.</summary>
    public required IReadOnlyList<DomainRecordAnswer> Records { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is proven; absent while it is not.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>When the proof was last looked for.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>Since when the proof is missing; after a week the domain is pending again.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>Of a domain.</summary>
    public static DomainAnswer Of(Domain domain, string edge) => new()
    {
        Id = domain.Id.Value,
        Name = domain.Name,
        State = domain.ProvenAt is null ? "pending" : "proven",
        Records =
        [
            new DomainRecordAnswer { Purpose = "proof", Type = "TXT", Name = DomainProof.NameOf(domain.Name), Value = DomainProof.ValueOf(domain.Name, domain.Token) },
            new DomainRecordAnswer { Purpose = "routing", Type = "CNAME", Name = domain.Name, Value = edge },
        ],
        CreatedAt = domain.CreatedAt.ToUniversalTime(),
        ProvenAt = domain.ProvenAt?.ToUniversalTime(),
        CheckedAt = domain.CheckedAt?.ToUniversalTime(),
        MissingSince = domain.MissingSince?.ToUniversalTime(),
    };
}

/// <summary>A DNS record to set.</summary>
internal sealed record DomainRecordAnswer
{
    /// <summary><c>proof</c>: shows that the domain is yours. <c>routing</c>: leads its visitors here.</summary>
    public required string Purpose { get; init; }

    /// <summary>The record's type. Where a CNAME cannot stand, as at the top of a zone, A and AAAA records with the edge's addresses do as well.</summary>
    public required string Type { get; init; }

    /// <summary>The record's name.</summary>
    public required string Name { get; init; }

    /// <summary>The record's value.</summary>
    public required string Value { get; init; }

    /// <summary>After a check: what is there now.</summary>
    public IReadOnlyList<string>? Found { get; init; }

    /// <summary>After a check: whether that will do.</summary>
    public bool? Ok { get; init; }

    /// <summary>After a check: why the DNS could not be asked.</summary>
    public string? Failure { get; init; }

    /// <summary>Of a look.</summary>
    public static DomainRecordAnswer Of(string purpose, RecordCheck check) => new()
    {
        Purpose = purpose,
        Type = check.Type,
        Name = check.Name,
        Value = check.Expected,
        Found = check.Found,
        Ok = check.IsGood,
        Failure = check.Failure,
    };
}

/// <summary>The domain that you want to add.</summary>
internal sealed record DomainBody
{
    /// <summary>The name: <c>shop.example.com</c>, or <c>*.example.com</c> for any one label.</summary>
    public string? Name { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DomainAnswer))]
[JsonSerializable(typeof(ListAnswer<DomainAnswer>))]
[JsonSerializable(typeof(DomainBody))]
internal sealed partial class DomainsJson : JsonSerializerContext;

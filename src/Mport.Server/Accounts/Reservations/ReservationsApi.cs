using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Server.Api;
using Mport.Server.Events;
using Mport.Server.Hosting;
using Mport.Server.Quotas;
using Mport.Server.Tunnels;

namespace Mport.Server.Accounts.Reservations;

/// <summary><c>/api/v1/reservations</c>: the names and ports that the caller's account keeps, with or without a tunnel.</summary>
internal static class ReservationsApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapReservations(this IEndpointRouteBuilder api)
    {
        var reservations = api.MapGroup("/reservations").WithTags("reservations");
        reservations.MapGet("", ListAsync).Needs(TokenScopes.TunnelsRead).Lists("-created_at").WithName("listReservations").WithSummary("Your reserved names and ports");
        reservations.MapPost("", CreateAsync).Needs(TokenScopes.TunnelsWrite).Takes<ReservationBody>().WithName("createReservation").WithSummary("Reserve a subdomain or a port: only tunnels of your account get it");
        reservations.MapGet("/{id}", GetAsync).Needs(TokenScopes.TunnelsRead).WithName("getReservation").WithSummary("One of your reservations");
        reservations.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.TunnelsWrite).WithName("releaseReservation").WithSummary("Give a reservation up; its address rests before another account may have it");
    }

    private static async Task<Ok<ListAnswer<ReservationAnswer>>> ListAsync(ApiCaller caller, ListQuery query, ReservationStore reservations, CancellationToken cancellationToken)
    {
        var rows = await reservations.ListAsync(caller.UserId, query, cancellationToken);
        return TypedResults.Ok(query.ToAnswer(rows, row => new ListPosition("", row.Id.Value), ReservationAnswer.Of));
    }

    private static async Task<Results<Created<ReservationAnswer>, ApiProblem>> CreateAsync(
        ApiCaller caller, Body<ReservationBody> body, ReservationStore reservations, EdgeSettings settings, QuotaBook quotas, IEventLog events, CancellationToken cancellationToken)
    {
        var (address, errors) = Read(body.Value, caller.Limits.Names);
        if (address is null)
        {
            return ApiProblem.Invalid(errors);
        }

        var result = await reservations.ReserveAsync(
            new ReservationWish
            {
                UserId = caller.UserId,
                Address = address,
                TcpPorts = settings.TcpPorts,
                UdpPorts = settings.UdpPorts,
                Forbidden = settings.ForbiddenNames,
                Allowance = quotas.AllowanceOf(caller.UserId),
            },
            cancellationToken);
        if (result.Made is not { } made)
        {
            return result.Failure is { } failure ? TunnelBodyRules.ToProblem(failure) : ApiProblem.NotFound;
        }

        await events.RecordAsync(ReservationEvents.Created(EventActor.Of(caller), made), CancellationToken.None);
        return TypedResults.Created($"/api/v1/reservations/{made.Id}", ReservationAnswer.Of(made));
    }

    private static async Task<Results<Ok<ReservationAnswer>, ApiProblem>> GetAsync(ApiCaller caller, string id, ReservationStore reservations, CancellationToken cancellationToken) =>
        await reservations.FindAsync(caller.UserId, new ReservationId(id), cancellationToken) is { } found ? TypedResults.Ok(ReservationAnswer.Of(found)) : ApiProblem.NotFound;

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(
        ApiCaller caller, string id, ReservationStore reservations, IEventLog events, CancellationToken cancellationToken)
    {
        if (await reservations.FindAsync(caller.UserId, new ReservationId(id), cancellationToken) is not { } known
            || !MayUse(caller.Limits.Names, known.Address)
            || !await reservations.ReleaseAsync(caller.UserId, known.Id, cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.RecordAsync(ReservationEvents.Released(EventActor.Of(caller), known), CancellationToken.None);
        return TypedResults.NoContent();
    }

    // A token that is bound to names keeps and gives up no others, and no ports.
    private static bool MayUse(NamePatterns names, ReservedAddress address) => address.Subdomain is { } subdomain ? names.Contains(subdomain) : names.IsAll;

    private static (ReservedAddress? Address, IReadOnlyList<FieldError> Errors) Read(ReservationBody body, NamePatterns names)
    {
        if (body.Subdomain is { } subdomain)
        {
            var address = ReservedAddress.Name(subdomain);
            return body.Port is not null || body.Proto is not null ? (null, [new FieldError(body.Port is not null ? "/port" : "/proto", "A reservation is of a subdomain or of a port, not of both.")])
                : Subdomain.Refuse(subdomain) is { } refused ? (null, [new FieldError("/subdomain", refused.Text)])
                : !MayUse(names, address) ? (null, [new FieldError("/subdomain", "The token may not use it.")])
                : (address, []);
        }

        if (body.Port is not { } port)
        {
            return (null, [new FieldError("/subdomain", "Give a subdomain or a port.")]);
        }

        var proto = TunnelProtoText.Parse(body.Proto ?? "tcp");
        return proto is not { } kind || !kind.UsesPort() ? (null, [new FieldError("/proto", "It must be tcp, udp or tcp+udp.")])
            : !names.IsAll ? (null, [new FieldError("/port", "The token is bound to names, and may not reserve ports.")])
            : (new ReservedAddress(kind, Subdomain: null, port), []);
    }
}

/// <summary>A reservation as the API shows it: of a subdomain, or of the ports of one number.</summary>
internal sealed record ReservationAnswer
{
    /// <summary>The lasting id, <c>res_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The subdomain; absent for ports.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The public port; absent for a subdomain.</summary>
    public int? Port { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c> or <c>tcp+udp</c>; absent for a subdomain.</summary>
    public string? Proto { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of a reservation.</summary>
    public static ReservationAnswer Of(Reservation reservation) => new()
    {
        Id = reservation.Id.Value,
        Subdomain = reservation.Address.Subdomain,
        Port = reservation.Address.Port,
        Proto = reservation.Address.Subdomain is null ? reservation.Address.Proto.ToText() : null,
        CreatedAt = reservation.CreatedAt.ToUniversalTime(),
    };
}

/// <summary>What you want to reserve: a subdomain, or a port.</summary>
internal sealed record ReservationBody
{
    /// <summary>The subdomain: 1 to 63 of a-z, 0-9 and hyphen.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The public port, in the edge's range.</summary>
    public int? Port { get; init; }

    /// <summary>With a port: <c>tcp</c> (the default), <c>udp</c> or <c>tcp+udp</c>.</summary>
    public string? Proto { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReservationAnswer))]
[JsonSerializable(typeof(ListAnswer<ReservationAnswer>))]
[JsonSerializable(typeof(ReservationBody))]
internal sealed partial class ReservationsJson : JsonSerializerContext;

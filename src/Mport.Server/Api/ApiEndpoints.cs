using System.Text.Json.Serialization.Metadata;
using Mport.Protocol.Rest;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Devices;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Accounts.Web;
using Mport.Server.Domains;
using Mport.Server.Edge.Sessions;
using Mport.Server.Events;
using Mport.Server.Hosting;
using Mport.Server.Metrics;
using Mport.Server.Policy;
using Mport.Server.Quotas;
using Mport.Server.Traffic;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Api;

/// <summary>The API's table of contents: each feature maps its own resources, in its own folder.</summary>
internal static class ApiEndpoints
{
    /// <summary>The records of each feature, so that its bodies are read and its answers written.</summary>
    private static readonly IJsonTypeInfoResolver[] Json =
    [
        MeJson.Default, UsersJson.Default, TokensJson.Default, TunnelsJson.Default, ConnectionsJson.Default, SessionsJson.Default, ServerJson.Default,
        DeviceLoginJson.Default, AuthJson.Default, MyAccessJson.Default, PasskeysJson.Default, InvitationsJson.Default, RegistrationJson.Default,
        ReservationsJson.Default, UsageJson.Default, QuotasJson.Default, EventsJson.Default, TeamsJson.Default, PolicyJson.Default, DomainsJson.Default,
    ];

    /// <summary>Adds what the endpoints work with.</summary>
    public static void AddApi(this IServiceCollection services, ApiParts parts, EdgeMeters meters)
    {
        services.AddSingleton(parts.Options);
        services.AddSingleton(parts.Settings);
        services.AddSingleton(parts.Cursors);
        services.AddSingleton(parts.Users);
        services.AddSingleton(parts.Tokens);
        services.AddSingleton(parts.OwnTokens);
        services.AddSingleton(parts.OwnTunnels);
        services.AddSingleton(parts.AllUsers);
        services.AddSingleton(parts.Teams);
        services.AddSingleton(parts.TeamMembers);
        services.AddSingleton(parts.Desk);
        services.AddSingleton(parts.Policies);
        services.AddSingleton(parts.Reservations);
        services.AddSingleton(parts.Domains.Store);
        services.AddSingleton(parts.Domains.Desk);
        services.AddSingleton(parts.DomainEnd);
        services.AddSingleton(parts.Removal);
        services.AddSingleton(parts.Registry);
        services.AddSingleton(parts.Address);
        services.AddSingleton(parts.Connections);
        services.AddSingleton(parts.Sessions);
        services.AddSingleton(parts.Books.Events);
        services.AddSingleton(parts.Books.EventStore);
        services.AddSingleton(parts.Books.EventFeed);
        services.AddSingleton(parts.Books.UsageStore);
        services.AddSingleton(parts.Books.QuotaStore);
        services.AddSingleton(parts.Books.Quotas);
        services.AddSingleton<EventStreams>();
        services.AddSingleton(new ApiMetrics(meters));
        services.AddSingleton<ApiRates>();
        services.AddSingleton<ApiBodyReader>();
        services.AddSingleton<ICallerSource>(new BearerSource(parts.Tokens, parts.Attempts));
        services.AddSingleton(parts.Idempotency);
        services.AddSingleton<ApiIdempotency>();
        parts.Accounts.AddTo(services);
        services.AddSingleton<ApiGate>();
        services.AddSingleton<ApiRequests>();
        services.AddApiDocument();
        services.AddSingleton<ApiReference>();
        services.ConfigureHttpJsonOptions(options => ApiJson.Set(options.SerializerOptions, Json));
    }

    /// <summary>Maps the resources.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1");
        api.MapMe();
        api.MapUsers();
        api.MapTokens();
        api.MapTeams();
        api.MapTunnels();
        api.MapConnections();
        api.MapPolicy();
        api.MapSessions();
        api.MapReservations();
        api.MapDomains();
        api.MapServer();
        api.MapUsage();
        api.MapQuotas();
        api.MapEvents();
        api.MapAuth();
        api.MapRegistration();
        api.MapDeviceLogin();
        api.MapMyAccess();
        api.MapPasskeys();
        api.MapInvitations();
        ApiReference.Map(routes);
    }
}

using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Hosting;

/// <summary><c>/api/v1/server</c>: the edge itself.</summary>
internal static class ServerApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapServer(this IEndpointRouteBuilder api) =>
        api.MapGet("/server", Get).NeedsCaller().WithName("getServer").WithTags("server").WithSummary("The edge: its domain, ports and features; administrators see more");

    private static Ok<ServerAnswer> Get(ApiCaller caller, EdgeSettings settings, TimeProvider time)
    {
        var admin = caller.IsAdmin && caller.Scopes.HasFlag(TokenScopes.ServerAdmin);
        return TypedResults.Ok(new ServerAnswer
        {
            Domain = settings.Domain,
            TcpPorts = settings.TcpPorts.ToString(),
            UdpPorts = settings.UdpPorts.ToString(),
            Features = [TunnelProto.Http.ToText(), TunnelProto.Tcp.ToText(), TunnelProto.Udp.ToText(), TunnelProto.TcpUdp.ToText(), "groups", "resume"],
            Time = time.GetUtcNow(),
            Version = EdgeVersion.Text,
            DataFolder = admin ? settings.DataFolder : null,
        });
    }
}

/// <summary>The edge.</summary>
internal sealed record ServerAnswer
{
    /// <summary>The domain whose subdomains HTTP tunnels get.</summary>
    public required string Domain { get; init; }

    /// <summary>The public TCP ports that tunnels get, first-last.</summary>
    public required string TcpPorts { get; init; }

    /// <summary>The public UDP ports that tunnels get, first-last.</summary>
    public required string UdpPorts { get; init; }

    /// <summary>What the edge offers.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>The edge's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>Where the edge keeps its data; for administrators with the scope server:admin.</summary>
    public string? DataFolder { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerAnswer))]
internal sealed partial class ServerJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Tunnels.Connections;

/// <summary>A visitor who is with a tunnel, as the API shows it.</summary>
internal sealed record ConnectionAnswer
{
    /// <summary>The id, <c>con_…</c>; of a connection, an HTTP request or WebSocket, or a UDP visitor.</summary>
    public required string Id { get; init; }

    /// <summary><c>http</c>, <c>tcp</c> or <c>udp</c>.</summary>
    public required string Proto { get; init; }

    /// <summary>Where the visitor comes from, with its port.</summary>
    public required string Visitor { get; init; }

    /// <summary>Since when it is there.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Bytes from the visitor since then; absent of an HTTP request that is no WebSocket.</summary>
    public long? BytesIn { get; init; }

    /// <summary>Bytes to the visitor since then; absent of an HTTP request that is no WebSocket.</summary>
    public long? BytesOut { get; init; }

    /// <summary>Of a connection.</summary>
    public static ConnectionAnswer Of(VisitorConnection connection) => new()
    {
        Id = connection.Id,
        Proto = connection.Proto.ToText(),
        Visitor = connection.Visitor.ToString(),
        CreatedAt = connection.Since,
        BytesIn = connection.Bytes?.FromSocket,
        BytesOut = connection.Bytes?.ToSocket,
    };
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectionAnswer))]
[JsonSerializable(typeof(ListAnswer<ConnectionAnswer>))]
internal sealed partial class ConnectionsJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Mport.Server.Api;

namespace Mport.Server.Quotas;

/// <summary>Limits as the API takes and shows them: null or absent says nothing, 0 is no limit.</summary>
internal sealed record LimitsBody
{
    /// <summary>Tunnels of the account.</summary>
    public long? Tunnels { get; init; }

    /// <summary>Subdomains of the account.</summary>
    public long? Names { get; init; }

    /// <summary>Public ports of the account.</summary>
    public long? Ports { get; init; }

    /// <summary>Visitors at one time.</summary>
    public long? Connections { get; init; }

    /// <summary>Bytes a second, each way.</summary>
    public long? Bandwidth { get; init; }

    /// <summary>Bytes a day, both ways together.</summary>
    public long? BytesPerDay { get; init; }

    /// <summary>Bytes a month, both ways together.</summary>
    public long? BytesPerMonth { get; init; }

    /// <summary>HTTP requests a day.</summary>
    public long? RequestsPerDay { get; init; }

    /// <summary><c>stop</c> or <c>throttle</c>: what happens when bytes or requests are used up.</summary>
    public string? Action { get; init; }

    /// <summary>With throttle: bytes a second, each way.</summary>
    public long? ThrottleTo { get; init; }

    /// <summary>The body of limits.</summary>
    public static LimitsBody Of(QuotaLimits limits) => new()
    {
        Tunnels = limits.Tunnels,
        Names = limits.Names,
        Ports = limits.Ports,
        Connections = limits.Connections,
        Bandwidth = limits.Bandwidth,
        BytesPerDay = limits.BytesPerDay,
        BytesPerMonth = limits.BytesPerMonth,
        RequestsPerDay = limits.RequestsPerDay,
        Action = limits.Action?.ToText(),
        ThrottleTo = limits.ThrottleTo,
    };

    /// <summary>The limits of the body; the action was checked.</summary>
    public QuotaLimits ToLimits() => new()
    {
        Tunnels = Tunnels,
        Names = Names,
        Ports = Ports,
        Connections = Connections,
        Bandwidth = Bandwidth,
        BytesPerDay = BytesPerDay,
        BytesPerMonth = BytesPerMonth,
        RequestsPerDay = RequestsPerDay,
        Action = QuotaChanges.ParseAction(Action),
        ThrottleTo = ThrottleTo,
    };
}

/// <summary>A quota.</summary>
internal sealed record QuotaAnswer
{
    /// <summary>The account, team, token or tunnel.</summary>
    public required string Id { get; init; }

    /// <summary><c>account</c>, <c>token</c> or <c>tunnel</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What was set for it; absent where nothing was.</summary>
    public LimitsBody? Set { get; init; }

    /// <summary>What holds for it: what was set, and the edge's defaults for accounts.</summary>
    public required LimitsBody Limits { get; init; }

    /// <summary>What it has used.</summary>
    public required UsedAnswer Used { get; init; }

    /// <summary>Whether it is used up.</summary>
    public required bool Reached { get; init; }

    /// <summary>The limit that is nearest its end, once 80 % of it are used.</summary>
    public string? Nearest { get; init; }

    /// <summary>When that one begins anew.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>What a subject has used, up to 6 seconds ago.</summary>
/// <param name="BytesToday">Bytes since midnight UTC.</param>
/// <param name="BytesThisMonth">Bytes since the first of the month.</param>
/// <param name="RequestsToday">HTTP requests since midnight UTC.</param>
internal sealed record UsedAnswer(long BytesToday, long BytesThisMonth, long RequestsToday);

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LimitsBody))]
[JsonSerializable(typeof(QuotaAnswer))]
[JsonSerializable(typeof(ListAnswer<QuotaAnswer>))]
internal sealed partial class QuotasJson : JsonSerializerContext;

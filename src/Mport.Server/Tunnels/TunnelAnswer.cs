using System.Text.Json.Serialization;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Tunnels;

/// <summary>A tunnel as the API shows it.</summary>
internal sealed record TunnelAnswer
{
    /// <summary>The lasting id, <c>tun_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name within your account.</summary>
    public required string Name { get; init; }

    /// <summary><c>http</c>, <c>tls</c>, <c>tcp</c>, <c>udp</c> or <c>tcp+udp</c>.</summary>
    public required string Proto { get; init; }

    /// <summary><c>online</c> while a client serves it, <c>offline</c> while none does, <c>stopped</c> while none may.</summary>
    public required string State { get; init; }

    /// <summary>The subdomain; for http.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The custom domains; for http and tls.</summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>The part of its hosts that it answers for, such as <c>/api</c>; absent for all of them.</summary>
    public string? Path { get; init; }

    /// <summary>The public port; for the others.</summary>
    public int? Port { get; init; }

    /// <summary>The public addresses, best first; empty where another tunnel has the address now.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>What you sort it by.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What you noted about the target. For display alone.</summary>
    public string? Target { get; init; }

    /// <summary>The team that it belongs to, <c>team_…</c>; absent for a person's.</summary>
    public string? Team { get; init; }

    /// <summary>The account that made it, <c>usr_…</c>; for a team's tunnel.</summary>
    public string? MadeBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last seen open, to the hour.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Since when it is stopped; absent while it is not.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Since when a client serves it; absent while none does.</summary>
    public DateTimeOffset? OnlineSince { get; init; }

    /// <summary>Visitors that are with it now.</summary>
    public required int Visitors { get; init; }

    /// <summary>The clients that serve it: several in a group.</summary>
    public required IReadOnlyList<TunnelClientAnswer> Clients { get; init; }

    /// <summary>Of a stored tunnel and those that hold it.</summary>
    public static TunnelAnswer Of(StoredTunnel tunnel, TunnelHolding? holding, PublicAddress address)
    {
        var links = holding?.Links ?? [];
        var hasAddress = tunnel.Spec.Subdomain is not null || tunnel.Spec.Port is not null || tunnel.Spec.Hosts is not null;
        return new TunnelAnswer
        {
            Id = tunnel.Id.Value,
            Name = tunnel.Spec.Name,
            Proto = tunnel.Spec.Proto.ToText(),
            State = links.Count > 0 ? "online" : tunnel.StoppedAt is not null ? "stopped" : "offline",
            Subdomain = tunnel.Spec.Subdomain,
            Domains = tunnel.Spec.Hosts?.Names,
            Path = tunnel.Spec.Path is { Length: > 0 } path ? path : null,
            Port = tunnel.Spec.Port,
            Urls = hasAddress ? address.Of(tunnel.Record) : [],
            Labels = tunnel.Spec.Labels.Values,
            Target = tunnel.Spec.TargetHint,
            Team = tunnel.Spec.TeamId?.Value,
            MadeBy = tunnel.Spec.TeamId is null ? null : tunnel.MadeBy.Value,
            CreatedAt = tunnel.CreatedAt.ToUniversalTime(),
            LastSeenAt = tunnel.LastSeenAt.ToUniversalTime(),
            StoppedAt = tunnel.StoppedAt?.ToUniversalTime(),
            OnlineSince = links.Count == 0 ? null : links.Min(link => link.OpenedAt),
            Visitors = links.Sum(link => link.Visitors),
            Clients = [.. links.Select(TunnelClientAnswer.Of)],
        };
    }
}

/// <summary>A client that serves a tunnel.</summary>
internal sealed record TunnelClientAnswer
{
    /// <summary>Its session, <c>ses_…</c>.</summary>
    public required string SessionId { get; init; }

    /// <summary>Its machine, as it calls itself.</summary>
    public string? Host { get; init; }

    /// <summary>Where it connects from.</summary>
    public required string Address { get; init; }

    /// <summary>The target, as it tells.</summary>
    public string? Target { get; init; }

    /// <summary>Since when it serves the tunnel.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether it has not found its target to be ill.</summary>
    public required bool Healthy { get; init; }

    /// <summary>Visitors that are with it now.</summary>
    public required int Visitors { get; init; }

    /// <summary>Bytes from visitors since then.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Bytes to visitors since then.</summary>
    public required long BytesOut { get; init; }

    /// <summary>Of a link.</summary>
    public static TunnelClientAnswer Of(SessionTunnelLink link) => new()
    {
        SessionId = link.Session.Identity.Id,
        Host = link.Session.Identity.Host,
        Address = link.Session.Identity.Remote.Address.ToString(),
        Target = link.Target,
        Since = link.OpenedAt,
        Healthy = link.IsHealthy,
        Visitors = link.Visitors,
        BytesIn = link.Bytes.FromSocket,
        BytesOut = link.Bytes.ToSocket,
    };
}

/// <summary>What you want a tunnel to be.</summary>
internal sealed record TunnelBody
{
    /// <summary>The name within your account: 1 to 63 of a-z, 0-9 and hyphen. It cannot be changed.</summary>
    public string? Name { get; init; }

    /// <summary><c>http</c>, <c>tls</c>, <c>tcp</c>, <c>udp</c> or <c>tcp+udp</c>. It cannot be changed.</summary>
    public string? Proto { get; init; }

    /// <summary>The wanted subdomain; for http. Without one the edge chooses, or the tunnel keeps what it has.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The custom domains that are to lead to it, which you have proven to be yours; for http and tls. Without them it keeps those that it has; an empty list takes them away.</summary>
    public IReadOnlyList<string?>? Domains { get; init; }

    /// <summary>The part of its hosts that it is to answer for, such as <c>/api</c>; <c>/</c> for all of them. For http.</summary>
    public string? Path { get; init; }

    /// <summary>The wanted public port; for the others. Without one the edge chooses, or the tunnel keeps what it has.</summary>
    public int? Port { get; init; }

    /// <summary>What you sort it by: up to 20 words with a text each.</summary>
    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    /// <summary>A note about the target. For display alone: the client dials only what its own configuration names.</summary>
    public string? Target { get; init; }

    /// <summary>The team that it is to belong to, <c>team_…</c>: for a new tunnel one of yours, for a known one one that you manage. Without one it stays where it is.</summary>
    public string? Team { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TunnelAnswer))]
[JsonSerializable(typeof(ListAnswer<TunnelAnswer>))]
[JsonSerializable(typeof(TunnelBody))]
internal sealed partial class TunnelsJson : JsonSerializerContext;

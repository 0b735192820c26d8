namespace Mport.Server.Quotas;

/// <summary>How much a subject may have. Null: nothing is said, so an account has the edge's default, a token or tunnel no limit. 0: no limit.</summary>
internal sealed record QuotaLimits
{
    /// <summary>Nothing is said.</summary>
    public static QuotaLimits None { get; } = new();

    /// <summary>Tunnels that the account has, open or not. Accounts alone.</summary>
    public long? Tunnels { get; init; }

    /// <summary>Subdomains that belong to the account's tunnels. Accounts alone.</summary>
    public long? Names { get; init; }

    /// <summary>Public ports that belong to the account's tunnels; the pair of a tcp+udp tunnel is one. Accounts alone.</summary>
    public long? Ports { get; init; }

    /// <summary>Visitors at one time: TCP connections and HTTP requests. One more is turned away.</summary>
    public long? Connections { get; init; }

    /// <summary>Bytes a second, each way. What is more waits; datagrams are dropped.</summary>
    public long? Bandwidth { get; init; }

    /// <summary>Bytes a day, both ways together; a day begins at midnight UTC.</summary>
    public long? BytesPerDay { get; init; }

    /// <summary>Bytes a month, both ways together; a month begins on its first at midnight UTC.</summary>
    public long? BytesPerMonth { get; init; }

    /// <summary>HTTP requests a day.</summary>
    public long? RequestsPerDay { get; init; }

    /// <summary>What happens when the bytes or requests are used up. Default <see cref="QuotaAction.Stop"/>.</summary>
    public QuotaAction? Action { get; init; }

    /// <summary>With <see cref="QuotaAction.Throttle"/>: bytes a second, each way, from then on. Default 64 KiB.</summary>
    public long? ThrottleTo { get; init; }

    /// <summary>These limits, and those of another set where these say nothing.</summary>
    public QuotaLimits Over(QuotaLimits others) => new()
    {
        Tunnels = Tunnels ?? others.Tunnels,
        Names = Names ?? others.Names,
        Ports = Ports ?? others.Ports,
        Connections = Connections ?? others.Connections,
        Bandwidth = Bandwidth ?? others.Bandwidth,
        BytesPerDay = BytesPerDay ?? others.BytesPerDay,
        BytesPerMonth = BytesPerMonth ?? others.BytesPerMonth,
        RequestsPerDay = RequestsPerDay ?? others.RequestsPerDay,
        Action = Action ?? others.Action,
        ThrottleTo = ThrottleTo ?? others.ThrottleTo,
    };
}

/// <summary>What happens when a quota is used up.</summary>
internal enum QuotaAction
{
    /// <summary>Visitors who are in are cut, new ones are turned away.</summary>
    Stop,

    /// <summary>All of them together get so many bytes a second.</summary>
    Throttle,
}

using System.ComponentModel.DataAnnotations;

namespace Mport.Server.Quotas;

/// <summary>What each account may have, as long as nothing else was set for it (docs/quotas.md). 0: no limit.</summary>
internal sealed record QuotaDefaults
{
    /// <summary>Tunnels, open or not. Default 0.</summary>
    [Range(0, 1_000_000)]
    public int Tunnels { get; init; }

    /// <summary>Subdomains. Default 0.</summary>
    [Range(0, 1_000_000)]
    public int Names { get; init; }

    /// <summary>Public ports. Default 0.</summary>
    [Range(0, 65_535)]
    public int Ports { get; init; }

    /// <summary>Visitors at one time. Default 0.</summary>
    [Range(0, 10_000_000)]
    public int Connections { get; init; }

    /// <summary>Bytes a second, each way. Default 0.</summary>
    [Range(0, 1L << 40)]
    public long Bandwidth { get; init; }

    /// <summary>Bytes a day. Default 0.</summary>
    [Range(0, 1L << 50)]
    public long BytesPerDay { get; init; }

    /// <summary>Bytes a month. Default 0.</summary>
    [Range(0, 1L << 50)]
    public long BytesPerMonth { get; init; }

    /// <summary>HTTP requests a day. Default 0.</summary>
    [Range(0, 2_000_000_000)]
    public int RequestsPerDay { get; init; }

    /// <summary>What happens when bytes or requests are used up. Default: everything stops until the quota begins anew.</summary>
    public QuotaAction Action { get; init; } = QuotaAction.Stop;

    /// <summary>Bytes a second, each way, of what is slowed down instead. Default 64 KiB.</summary>
    [Range(1024, 1L << 40)]
    public long ThrottleTo { get; init; } = 64 * 1024;

    /// <summary>The same as limits.</summary>
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
        Action = Action,
        ThrottleTo = ThrottleTo,
    };
}

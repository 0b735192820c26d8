using Mport.Server.Quotas;

namespace Mport.Server.Data;

/// <summary>What an account, a token or a tunnel may have, as an admin has set it. Nulls say nothing.</summary>
internal sealed class QuotaRow
{
    /// <summary>What the quota is for.</summary>
    public required QuotaKind Kind { get; init; }

    /// <summary>The account, team, token or tunnel.</summary>
    public required string SubjectId { get; init; }

    /// <summary>Tunnels of the account.</summary>
    public long? Tunnels { get; set; }

    /// <summary>Subdomains of the account.</summary>
    public long? Names { get; set; }

    /// <summary>Ports of the account.</summary>
    public long? Ports { get; set; }

    /// <summary>Visitors at one time.</summary>
    public long? Connections { get; set; }

    /// <summary>Bytes a second, each way.</summary>
    public long? Bandwidth { get; set; }

    /// <summary>Bytes a day.</summary>
    public long? BytesPerDay { get; set; }

    /// <summary>Bytes a month.</summary>
    public long? BytesPerMonth { get; set; }

    /// <summary>Requests a day.</summary>
    public long? RequestsPerDay { get; set; }

    /// <summary>What happens at the end.</summary>
    public QuotaAction? Action { get; set; }

    /// <summary>Bytes a second when throttled.</summary>
    public long? ThrottleTo { get; set; }

    /// <summary>When it was last set.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }
}

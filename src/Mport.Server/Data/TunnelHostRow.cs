using Mport.Server.Accounts;
using Mport.Server.Domains;

namespace Mport.Server.Data;

/// <summary>A custom domain, or a part of one, that leads to a tunnel.</summary>
internal sealed class TunnelHostRow
{
    /// <summary>The host, lower-case; one that begins with <c>*.</c> stands for any one label.</summary>
    public required string Host { get; init; }

    /// <summary>The part of the host, in the form of <see cref="TunnelPath"/>; with the host unique on the edge.</summary>
    public required string Path { get; init; }

    /// <summary>The tunnel.</summary>
    public required TunnelId TunnelId { get; set; }

    /// <summary>The tunnel.</summary>
    public TunnelRow? Tunnel { get; init; }

    /// <summary>The domain whose proof covers the host.</summary>
    public required DomainId DomainId { get; set; }

    /// <summary>The domain whose proof covers the host.</summary>
    public DomainRow? Domain { get; init; }
}

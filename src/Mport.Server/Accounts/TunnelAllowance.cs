namespace Mport.Server.Accounts;

/// <summary>How many an account or a team may have; null or 0 for as many as the edge allows anybody.</summary>
/// <param name="Tunnels">Tunnels, open or not.</param>
/// <param name="Names">Subdomains of its tunnels.</param>
/// <param name="Ports">Public ports of its tunnels.</param>
internal sealed record TunnelAllowance(long? Tunnels, long? Names, long? Ports)
{
    /// <summary>As many as the edge allows anybody.</summary>
    public static TunnelAllowance Any { get; } = new(null, null, null);
}

using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>Whose a part of a host is.</summary>
/// <param name="Path">The part, in the form of <see cref="TunnelPath"/>.</param>
/// <param name="Tunnel">The tunnel.</param>
/// <param name="Proto">Its kind: http or tls.</param>
/// <param name="Link">The link of the client that is here, else null.</param>
internal sealed record HostPath(string Path, TunnelId Tunnel, TunnelProto Proto, TunnelLink? Link)
{
    /// <summary>Whether a request's path, in its one form, is in this part.</summary>
    public bool Covers(string path) =>
        Path.Length == 0 || (path.StartsWith(Path, StringComparison.Ordinal) && (path.Length == Path.Length || path[Path.Length] == '/'));
}

using Mport.Server.Accounts;
using Mport.Server.Domains;

namespace Mport.Server.Tunnels;

/// <summary>What the public addresses of this edge's tunnels look like.</summary>
/// <param name="domain">The edge's domain.</param>
/// <param name="trustedCertificate">Whether an authority stands behind the certificate: then the https address comes first.</param>
internal sealed class PublicAddress(string domain, bool trustedCertificate)
{
    private volatile int _httpPort;
    private volatile int _tlsPort;

    /// <summary>The ports are known, from which tunnels can be opened.</summary>
    public void Bound(int httpPort, int tlsPort)
    {
        _httpPort = httpPort;
        _tlsPort = tlsPort;
    }

    /// <summary>The addresses of a tunnel, best first.</summary>
    public IReadOnlyList<string> Of(TunnelRecord tunnel)
    {
        if (tunnel.Port is { } port)
        {
            string?[] urls = [tunnel.Proto.UsesTcp() ? $"tcp://{domain}:{port}" : null, tunnel.Proto.UsesUdp() ? $"udp://{domain}:{port}" : null];
            return [.. urls.OfType<string>()];
        }

        // A wildcard is no address that one can open, so it comes last.
        IEnumerable<string> hosts = tunnel.Subdomain is { } subdomain ? [.. tunnel.Hosts.Names, $"{subdomain}.{domain}"] : tunnel.Hosts.Names;
        return [.. hosts.OrderBy(CustomDomain.IsWildcard).SelectMany(host => UrlsOf(tunnel, host))];
    }

    private IReadOnlyList<string> UrlsOf(TunnelRecord tunnel, string host)
    {
        if (tunnel.Proto == TunnelProto.Tls)
        {
            return [$"tls://{host}:{_tlsPort}"];
        }

        var plain = (_httpPort == 80 ? $"http://{host}" : $"http://{host}:{_httpPort}") + tunnel.Path;
        var secure = (_tlsPort == 443 ? $"https://{host}" : $"https://{host}:{_tlsPort}") + tunnel.Path;
        return trustedCertificate ? [secure, plain] : [plain, secure];
    }
}

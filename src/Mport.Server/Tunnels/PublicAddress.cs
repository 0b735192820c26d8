using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>What the public addresses of this edge's tunnels look like.</summary>
internal sealed record PublicAddress
{
    /// <summary>The edge's domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The HTTP port that is in use.</summary>
    public required int HttpPort { get; init; }

    /// <summary>The TLS port that is in use.</summary>
    public required int TlsPort { get; init; }

    /// <summary>Whether browsers trust the certificate: then the https address comes first.</summary>
    public required bool TrustedCertificate { get; init; }

    /// <summary>The addresses of a tunnel, best first.</summary>
    public IReadOnlyList<string> Of(TunnelRecord tunnel)
    {
        if (tunnel.Port is { } port)
        {
            return [$"tcp://{Domain}:{port}"];
        }

        var host = $"{tunnel.Subdomain}.{Domain}";
        var plain = HttpPort == 80 ? $"http://{host}" : $"http://{host}:{HttpPort}";
        var secure = TlsPort == 443 ? $"https://{host}" : $"https://{host}:{TlsPort}";
        return TrustedCertificate ? [secure, plain] : [plain, secure];
    }
}

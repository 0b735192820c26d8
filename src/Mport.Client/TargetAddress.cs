using System.Globalization;

namespace Mport.Client;

/// <summary>Where the local service listens.</summary>
/// <param name="Host">A name, an IPv4 address, or an IPv6 address without brackets; <c>localhost</c> tries both families.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct TargetAddress(string Host, int Port)
{
    /// <summary>Reads <c>port</c> (on 127.0.0.1), <c>host:port</c>, <c>[v6]:port</c>, or one of these after <c>http://</c>, <c>tcp://</c> or <c>udp://</c>.</summary>
    public static bool TryParse(string? text, out TargetAddress target)
    {
        target = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var rest = text.Trim();
        foreach (var scheme in (ReadOnlySpan<string>)["http://", "tcp://", "udp://"])
        {
            if (rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                rest = rest[scheme.Length..].TrimEnd('/');
            }
        }

        var colon = rest.LastIndexOf(':');
        var host = colon < 0 ? "127.0.0.1" : rest[..colon];
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        host = bracketed ? host[1..^1] : host;
        if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535
            || (host.Contains(':') && !bracketed) || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        target = new TargetAddress(host, port);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

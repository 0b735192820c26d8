using System.Globalization;

namespace Mport.Client;

/// <summary>Where an edge listens: a host name or IP address, and its TLS port.</summary>
/// <param name="Host">A name, an IPv4 address, or an IPv6 address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct EdgeAddress(string Host, int Port)
{
    /// <summary>The TLS port of an edge that was started without options.</summary>
    public const int DefaultPort = 8443;

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>, or one of these after <c>https://</c>.</summary>
    public static bool TryParse(string? text, out EdgeAddress address)
    {
        address = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var rest = text.Trim();
        const string Scheme = "https://";
        if (rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[Scheme.Length..];
        }

        rest = rest.TrimEnd('/');
        var port = DefaultPort;
        var colon = rest.LastIndexOf(':');
        var bare6 = !rest.StartsWith('[') && rest.IndexOf(':') != colon;
        if (colon > rest.LastIndexOf(']') && !bare6)
        {
            if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
            {
                return false;
            }

            rest = rest[..colon];
        }

        var host = rest.Trim('[', ']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        address = new EdgeAddress(host, port);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mport.Server.Accounts;

namespace Mport.Server.Mail;

/// <summary>Where a mail server listens.</summary>
/// <param name="Host">A host name in lower case, or an IP address.</param>
/// <param name="Port">The port.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpServer(string Host, int Port)
{
    /// <summary>The port of mail submission (RFC 6409).</summary>
    public const int DefaultPort = 587;

    /// <summary>The port that speaks TLS from the first byte on, which the framework's client cannot.</summary>
    public const int ImplicitTlsPort = 465;

    /// <summary>Whether nothing between here and the server is a network.</summary>
    public bool IsThisMachine => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>192.0.2.7:25</c> or <c>[2001:db8::1]:25</c>.</summary>
    public static bool TryParse(string text, out SmtpServer server)
    {
        server = default;
        var colon = text.StartsWith('[') ? text.IndexOf("]:", StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var host = (colon > 0 ? text[..colon] : text).ToLowerInvariant();
        var port = DefaultPort;
        if (colon > 0 && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            return false;
        }

        if (host is ['[', .., ']'])
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                return false;
            }
        }
        else if (!DomainName.IsHostName(host))
        {
            return false;
        }

        server = new SmtpServer(host, port);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mport.Server.Hosting.Logging;

namespace Mport.Server.Edge.Proxies;

/// <summary>A list of networks, as users write it: <c>10.0.0.0/8,2001:db8::/32,192.0.2.7</c>.</summary>
internal sealed class IpNetworks
{
    /// <summary>Networks at most: each connection is compared with all of them.</summary>
    public const int Most = 64;

    private const int LongestText = 50;
    private readonly IPNetwork[] _networks;

    private IpNetworks(IPNetwork[] networks) => _networks = networks;

    /// <summary>No network.</summary>
    public static IpNetworks None { get; } = new([]);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _networks.Length == 0;

    /// <summary>Each network as users write it.</summary>
    public IReadOnlyList<string> Texts => [.. _networks.Select(network => network.ToString())];

    /// <summary>Whether each of these networks lies in one of the others.</summary>
    public bool IsWithin(IpNetworks others) =>
        _networks.All(network => others._networks.Any(other => other.PrefixLength <= network.PrefixLength && other.Contains(network.BaseAddress)));

    /// <summary>Whether an address lies in one of them; an IPv4 address mapped into IPv6 counts as IPv4.</summary>
    public bool Contains(IPAddress address)
    {
        if (_networks.Length == 0)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a list.</summary>
    /// <param name="text">Networks or single addresses, with commas between.</param>
    /// <param name="networks">The list when it is good.</param>
    /// <param name="fault">What is wrong with which entry, when it is not.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out IpNetworks? networks, [NotNullWhen(false)] out string? fault)
    {
        networks = null;
        var entries = text.Split(',', StringSplitOptions.TrimEntries);
        if (entries.Length > Most)
        {
            fault = $"at most {Most} networks";
            return false;
        }

        var parsed = new List<IPNetwork>(entries.Length);
        foreach (var entry in entries)
        {
            fault = Fault(entry, out var network);
            if (fault is not null)
            {
                return false;
            }

            parsed.Add(network);
        }

        fault = null;
        networks = new IpNetworks([.. parsed]);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(',', _networks);

    private static string? Fault(string entry, out IPNetwork network)
    {
        network = default;
        const string Wanted = "networks such as 10.0.0.0/8 or 2001:db8::/32, or single addresses, with commas between";
        var slash = entry.IndexOf('/');
        // .NET reads 10.1 as 10.0.0.1 and 010 as octal; in a list of whom to trust nothing may be guessed.
        if (entry.Length is 0 or > LongestText
            || !IPAddress.TryParse(slash < 0 ? entry : entry[..slash], out var address)
            || entry.Contains('%')
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != (slash < 0 ? entry : entry[..slash])))
        {
            return $"{Wanted}; \"{Shown(entry)}\" is none";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return $"{Wanted}; write \"{Shown(entry)}\" as an IPv4 network";
        }

        var longest = address.GetAddressBytes().Length * 8;
        var prefix = longest;
        if (slash >= 0 && (!int.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > longest))
        {
            return $"{Wanted}; the length behind the slash in \"{Shown(entry)}\" must be 0 to {longest}";
        }

        // .NET 10 takes bits behind the prefix away without a word; a slip of the pen must not widen whom the edge trusts.
        if (!IPNetwork.TryParse($"{address}/{prefix}", out network) || !network.BaseAddress.Equals(address))
        {
            return $"{Wanted}; in \"{Shown(entry)}\" the address has bits behind its first {prefix}";
        }

        return null;
    }

    private static string Shown(string entry) => VisibleText.Of(entry.Length > LongestText ? entry[..LongestText] : entry);
}

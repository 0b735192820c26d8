using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mport.Protocol.ProxyProtocol;

/// <summary>Version 1: one line of text, <c>PROXY TCP4 192.0.2.7 198.51.100.1 54321 443</c> and CRLF.</summary>
public static class ProxyHeaderV1
{
    /// <summary>The longest line, CRLF included: UNKNOWN with two full IPv6 addresses.</summary>
    public const int MaxBytes = 107;

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>How each line begins.</summary>
    internal static ReadOnlySpan<byte> Prefix => "PROXY "u8;

    /// <summary>Writes a header. Only TCP has a place in this version: anything else is written as UNKNOWN.</summary>
    public static byte[] Write(ProxyHeader header) => Encoding.ASCII.GetBytes(
        header is { Transport: ProxyTransport.Stream, Source: { } source, Destination: { } destination }
            ? string.Create(CultureInfo.InvariantCulture, $"PROXY {Family(source)} {source.Address} {destination.Address} {source.Port} {destination.Port}\r\n")
            : "PROXY UNKNOWN\r\n");

    /// <summary>Reads a line. Never throws.</summary>
    internal static ProxyHeaderResult TryRead(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        header = ProxyHeader.Unknown;
        length = 0;
        var begin = Math.Min(bytes.Length, Prefix.Length);
        if (!bytes[..begin].SequenceEqual(Prefix[..begin]))
        {
            return ProxyHeaderResult.Invalid;
        }

        var line = bytes[..Math.Min(bytes.Length, MaxBytes)];
        var end = line.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < MaxBytes && !line.Contains((byte)'\n') ? ProxyHeaderResult.Incomplete : ProxyHeaderResult.Invalid;
        }

        length = end + 2;
        return TryReadLine(line[Prefix.Length..Math.Max(end, Prefix.Length)], out header) ? ProxyHeaderResult.Complete : ProxyHeaderResult.Invalid;
    }

    private static bool TryReadLine(ReadOnlySpan<byte> rest, out ProxyHeader header)
    {
        header = ProxyHeader.Unknown;
        // The receiver must pass over whatever follows UNKNOWN.
        if (rest.SequenceEqual("UNKNOWN"u8) || rest.StartsWith("UNKNOWN "u8))
        {
            return true;
        }

        var words = Encoding.ASCII.GetString(rest).Split(' ');
        if (words.Length != 5 || FamilyOf(words[0]) is not { } family
            || !TryAddress(words[1], family, out var source) || !TryAddress(words[2], family, out var destination)
            || !TryPort(words[3], out var sourcePort) || !TryPort(words[4], out var destinationPort))
        {
            return false;
        }

        header = new ProxyHeader
        {
            Transport = ProxyTransport.Stream,
            Source = new IPEndPoint(source, sourcePort),
            Destination = new IPEndPoint(destination, destinationPort),
        };
        return true;
    }

    private static string Family(IPEndPoint endPoint) => endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? "TCP6" : "TCP4";

    private static AddressFamily? FamilyOf(string word) => word switch
    {
        "TCP4" => AddressFamily.InterNetwork,
        "TCP6" => AddressFamily.InterNetworkV6,
        _ => null,
    };

    // .NET also reads 1.2, 0x7f.1, [::1] and fe80::1%eth0: another reader would see another address or none.
    private static bool TryAddress(string word, AddressFamily family, out IPAddress address)
    {
        address = IPAddress.Any;
        if (word.AsSpan().ContainsAnyExcept(AddressCharacters) || !IPAddress.TryParse(word, out var parsed) || parsed.AddressFamily != family)
        {
            return false;
        }

        address = parsed;
        return family == AddressFamily.InterNetworkV6 || parsed.ToString() == word;
    }

    private static bool TryPort(string word, out ushort port) =>
        ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out port) && (word.Length == 1 || word[0] != '0');
}

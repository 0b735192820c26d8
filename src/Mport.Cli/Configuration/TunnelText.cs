using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Configuration;

/// <summary>Reads the values that describe a tunnel, as the command line and the configuration file write them.</summary>
internal static class TunnelText
{
    private const int LongestName = 63;

    // Kinds of target that a later version carries; named so that the user is not left guessing at a "wrong port".
    private static readonly string[] s_laterSchemes = ["https://", "file://"];

    /// <summary>Reads a target: a port, <c>host:port</c>, or one of these after <c>http://</c>.</summary>
    public static Failure? TryReadTarget(string text, out TargetAddress target)
    {
        target = default;
        var trimmed = text.Trim();
        if (s_laterSchemes.FirstOrDefault(scheme => trimmed.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) is { } later)
        {
            return new Failure(
                UsageErrors.InvalidTarget.Code,
                $"The target \"{text}\" cannot be used: this version carries http targets only, not {later}. Give the port or host:port where the service speaks plain HTTP.");
        }

        return TargetAddress.TryParse(trimmed, out target)
            ? null
            : Failure.Of(UsageErrors.InvalidTarget, $"The target \"{text}\" is neither a port nor host:port.");
    }

    /// <summary>Reads a target, or a range of targets: <c>6000-6010</c> or <c>host:6000-6010</c>.</summary>
    public static Failure? TryReadTargets(string text, out TargetSpan targets)
    {
        targets = default;
        var trimmed = text.Trim();
        var colon = trimmed.LastIndexOf(':');
        if (!PortSpan.TryParse(trimmed[(colon + 1)..], out var ports) || ports.Count == 1)
        {
            var wrong = TryReadTarget(text, out var single);
            targets = new TargetSpan(single, 1);
            return wrong;
        }

        if (ports.Count > TunnelWish.MostTunnels)
        {
            return Failure.Of(UsageErrors.InvalidTarget, $"The target \"{text}\" has {ports.Count} ports; a range has at most {TunnelWish.MostTunnels}, since each port is a tunnel.");
        }

        var failure = TryReadTarget($"{trimmed[..(colon + 1)]}{ports.First}", out var first);
        targets = new TargetSpan(first, ports.Count);
        return failure;
    }

    /// <summary>Checks the name of a tunnel or subdomain.</summary>
    public static Failure? CheckName(string text) =>
        text.Length is >= 1 and <= LongestName && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? null
            : Failure.Of(TunnelErrors.NameInvalid, $"The name \"{text}\" cannot be used: a name has 1 to 63 characters of a-z, 0-9 and hyphens, with no hyphen at an end.");

    /// <summary>Checks a custom domain; which ones can be had the edge says.</summary>
    public static Failure? CheckDomain(string text) =>
        text.Length is >= 3 and <= 255 && text.Contains('.') && !text.Any(c => char.IsWhiteSpace(c) || c is '/' or ':' or '@')
            ? null
            : Failure.Of(DomainErrors.DomainInvalid, $"\"{text}\" is not a host name such as shop.example.com, nor one after *. (a path goes into --path).");

    /// <summary>Checks a path.</summary>
    public static Failure? CheckPath(string text) =>
        text.Length is >= 1 and <= 200 && text[0] == '/' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '/')
            ? null
            : Failure.Of(TunnelErrors.NameInvalid, $"The path \"{text}\" cannot be used: it begins with a slash and has characters of a-z, A-Z, 0-9 and -._~/ alone.");

    /// <summary>Reads a public port, or a range of them.</summary>
    public static Failure? TryReadPorts(string text, out PortSpan ports) =>
        PortSpan.TryParse(text.Trim(), out ports)
            ? null
            : Failure.Of(UsageErrors.InvalidArgument, $"\"{text}\" is not a port from 1 to 65535, nor a range of such.");
}

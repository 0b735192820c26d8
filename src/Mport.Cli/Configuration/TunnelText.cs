using System.Globalization;
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

    /// <summary>Checks the name of a tunnel or subdomain.</summary>
    public static Failure? CheckName(string text) =>
        text.Length is >= 1 and <= LongestName && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? null
            : Failure.Of(TunnelErrors.NameInvalid, $"The name \"{text}\" cannot be used: a name has 1 to 63 characters of a-z, 0-9 and hyphens, with no hyphen at an end.");

    /// <summary>Reads a public port.</summary>
    public static Failure? TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535
            ? null
            : Failure.Of(UsageErrors.InvalidArgument, $"\"{text}\" is not a port from 1 to 65535.");
}

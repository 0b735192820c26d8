using Mport.Protocol.Errors;

namespace Mport.Server.Accounts;

/// <summary>The part of a host that a tunnel answers for: everything, or what is below a path. In its one form: empty, or <c>/a/b</c> without a slash at the end.</summary>
internal static class TunnelPath
{
    /// <summary>Everything of a host.</summary>
    public const string All = "";

    /// <summary>Characters at most.</summary>
    public const int MaxLength = 200;

    /// <summary>Brings a path to its one form.</summary>
    /// <returns>Why it cannot be one, or null when it can.</returns>
    public static Failure? Read(string text, out string path)
    {
        path = text.TrimEnd('/');
        return path.Length == 0 && text.Length <= 1 ? null
            : path.Length is > 0 and <= MaxLength && path[0] == '/' && path.All(IsPlain) && !path[1..].Split('/').Any(segment => segment is "" or "." or "..") ? null
            : Failure.Of(TunnelErrors.NameInvalid, $"A path begins with a slash and has at most {MaxLength} characters of a-z, A-Z, 0-9 and -._~/, without empty, . and .. segments.");
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '/';
}

namespace Mport.Server.Accounts.Web;

/// <summary>Where to go after signing in: a path of the edge itself and nothing else (SEC-71).</summary>
internal static class LocalPath
{
    /// <summary>Where to go when no other place is asked for.</summary>
    public const string Home = "/account";

    private const int MaxLength = 512;

    /// <summary>The path, or <see cref="Home"/> for whatever could lead elsewhere.</summary>
    public static string Of(string? text) => IsLocal(text) ? text ?? Home : Home;

    /// <summary>Whether the text is a path of this host in visible ASCII, however often it is unescaped.</summary>
    public static bool IsLocal(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength })
        {
            return false;
        }

        // A server or browser on the way may unescape once more than we do.
        for (var turn = 0; turn < 3; turn++)
        {
            if (text[0] != '/' || text is ['/', '/' or '\\', ..] || text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.Contains('\\'))
            {
                return false;
            }

            text = Uri.UnescapeDataString(text);
        }

        return true;
    }
}

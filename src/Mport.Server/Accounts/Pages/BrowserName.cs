namespace Mport.Server.Accounts.Pages;

/// <summary>A browser and its system in two words, as far as they can be told from what it says it is.</summary>
internal static class BrowserName
{
    // In this order: every one of them also claims to be those behind it.
    private static readonly (string Part, string Name)[] _browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Part, string Name)[] _systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>For example <c>Firefox, Linux</c>.</summary>
    public static string Of(string userAgent)
    {
        string?[] parts = [Find(_browsers, userAgent), Find(_systems, userAgent)];
        return string.Join(", ", parts.OfType<string>()) is { Length: > 0 } known ? known : "unknown";
    }

    private static string? Find((string Part, string Name)[] known, string userAgent)
    {
        foreach (var (part, name) in known)
        {
            if (userAgent.Contains(part, StringComparison.Ordinal))
            {
                return name;
            }
        }

        return null;
    }
}

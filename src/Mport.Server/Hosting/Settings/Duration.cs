using System.Globalization;

namespace Mport.Server.Hosting.Settings;

/// <summary>Times as users write them: a whole number and s, m, h or d.</summary>
internal static class Duration
{
    /// <summary>The longest that is read: ten years, far from where adding to a date overflows.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Reads <c>30s</c>, <c>5m</c>, <c>2h</c> or <c>90d</c>.</summary>
    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        if (text is not { Length: >= 2 and <= 12 } || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        long seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        if (seconds == 0 || number > (long)Longest.TotalSeconds / seconds)
        {
            return false;
        }

        value = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}

using System.Globalization;

namespace Mport.Cli.Configuration;

/// <summary>Reads lengths of time as people write them: <c>30s</c>, <c>500ms</c>, <c>2m</c>, <c>1h</c>; a bare number is seconds.</summary>
internal static class DurationText
{
    // A day: what a script waits for longer is not a start.
    private const double LongestMilliseconds = 86_400_000;

    // "ms" stands before "s" and "m", which it contains.
    private static readonly (string Unit, double Milliseconds)[] s_units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("", 1000)];

    /// <summary>Reads a time above zero of at most a day, or false.</summary>
    public static bool TryRead(string text, out TimeSpan time)
    {
        var (unit, scale) = s_units.First(known => text.EndsWith(known.Unit, StringComparison.Ordinal));
        time = default;
        if (!double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * scale is not (>= 1 and <= LongestMilliseconds))
        {
            return false;
        }

        time = TimeSpan.FromMilliseconds(number * scale);
        return true;
    }
}

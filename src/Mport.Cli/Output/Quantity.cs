using System.Globalization;

namespace Mport.Cli.Output;

/// <summary>Numbers as people read them. Units are powers of 1000.</summary>
internal static class Quantity
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary><c>512 B</c>, <c>4.1 kB</c>, <c>120 MB</c>.</summary>
    public static string Bytes(double count)
    {
        var unit = 0;
        // 999.5 would be written as 1000.
        while (count >= 999.5 && unit < s_units.Length - 1)
        {
            count /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{count.ToString(unit > 0 && count < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {s_units[unit]}");
    }

    /// <summary><c>40 ms</c>, <c>3.2 s</c>, <c>4 m 12 s</c>, <c>5 h 3 m</c>, <c>2 d 4 h</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 0.9995 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => $"{(int)time.TotalMinutes} m {time.Seconds} s",
        { TotalDays: < 1 } => $"{(int)time.TotalHours} h {time.Minutes} m",
        _ => $"{(int)time.TotalDays} d {time.Hours} h",
    };
}

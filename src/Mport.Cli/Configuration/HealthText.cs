using System.Globalization;
using Mport.Client;

namespace Mport.Cli.Configuration;

/// <summary>Reads the values of a health check. Each gives null, or what the value would have to be.</summary>
internal static class HealthText
{
    private const int LongestPath = 1024;

    /// <summary>Reads <c>tcp</c> (a path of null) or a path.</summary>
    public static string? ReadPath(string text, HealthCheck before, out HealthCheck check)
    {
        check = before with { Path = text == "tcp" ? null : text };

        // The path stands in a request line, where a space would end it.
        return text == "tcp" || (text.StartsWith('/') && text.Length <= LongestPath && text.All(c => c is > ' ' and <= '~'))
            ? null
            : "takes tcp, or the path of an HTTP request such as /healthz";
    }

    /// <summary>Reads the time from one check to the next.</summary>
    public static string? ReadInterval(string text, HealthCheck before, out HealthCheck check)
    {
        var good = TryRead(text, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), out var time);
        check = before with { Interval = time };
        return good ? null : "takes a time from 1s to 1h";
    }

    /// <summary>Reads how long a check may take.</summary>
    public static string? ReadTimeout(string text, HealthCheck before, out HealthCheck check)
    {
        var good = TryRead(text, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60), out var time);
        check = before with { Timeout = time };
        return good ? null : "takes a time from 100ms to 60s";
    }

    /// <summary>Reads how many checks in a row change the verdict.</summary>
    public static string? ReadThreshold(string text, HealthCheck before, out HealthCheck check)
    {
        var good = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 100;
        check = before with { Threshold = count };
        return good ? null : "takes a number from 1 to 100";
    }

    private static bool TryRead(string text, TimeSpan least, TimeSpan most, out TimeSpan time) =>
        DurationText.TryRead(text, out time) && time >= least && time <= most;
}

/// <summary>Reads one value of a health check into it; gives null, or what the value would have to be.</summary>
internal delegate string? HealthReading(string text, HealthCheck before, out HealthCheck check);

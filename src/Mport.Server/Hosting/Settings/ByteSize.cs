using System.Globalization;

namespace Mport.Server.Hosting.Settings;

/// <summary>Sizes as users write them: a whole number of bytes, or one with k, M or G, which are 1024 each of the one before.</summary>
internal static class ByteSize
{
    /// <summary>The largest that is read: 1024 G, so that sums and multiples stay far from overflow.</summary>
    public const long Largest = 1L << 40;

    /// <summary>Reads <c>65536</c>, <c>64k</c>, <c>64M</c>, <c>64MB</c>, <c>64MiB</c> or <c>2G</c>; upper or lower case.</summary>
    public static bool TryParse(string? text, out long value)
    {
        value = 0;
        if (text is not { Length: >= 1 and <= 20 })
        {
            return false;
        }

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length;
        long factor = text[digits..].ToLowerInvariant() switch
        {
            "" or "b" => 1,
            "k" or "kb" or "kib" => 1L << 10,
            "m" or "mb" or "mib" => 1L << 20,
            "g" or "gb" or "gib" => 1L << 30,
            _ => 0,
        };
        if (factor == 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > Largest / factor)
        {
            return false;
        }

        value = number * factor;
        return true;
    }

    /// <summary>Reads a rate in bytes a second: a size, with or without <c>/s</c>.</summary>
    public static bool TryParseRate(string? text, out long value) =>
        TryParse(text?.EndsWith("/s", StringComparison.Ordinal) == true ? text[..^2] : text, out value);
}

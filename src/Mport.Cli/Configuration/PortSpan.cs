using System.Globalization;
using System.Runtime.InteropServices;

namespace Mport.Cli.Configuration;

/// <summary>Ports in a row, as users write them: <c>6000</c> or <c>6000-6010</c>.</summary>
/// <param name="First">The lowest, 1 to 65535.</param>
/// <param name="Last">The highest, not below the first.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PortSpan(int First, int Last)
{
    /// <summary>How many ports there are.</summary>
    public int Count => Last - First + 1;

    /// <summary>Reads a port or a range of ports.</summary>
    public static bool TryParse(string text, out PortSpan span)
    {
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        var first = 0;
        var good = TryPort(hyphen < 0 ? text : text.AsSpan(hyphen + 1), out var last) && (hyphen < 0 || TryPort(text.AsSpan(0, hyphen), out first));
        span = new PortSpan(hyphen < 0 ? last : first, last);
        return good && span.Count >= 1;
    }

    /// <inheritdoc />
    public override string ToString() => Count == 1 ? $"{First}" : $"{First}-{Last}";

    private static bool TryPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}

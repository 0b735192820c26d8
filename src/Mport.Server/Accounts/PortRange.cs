using System.Globalization;
using System.Runtime.InteropServices;

namespace Mport.Server.Accounts;

/// <summary>Public ports that the edge may give to tunnels.</summary>
/// <param name="First">The lowest, 1024 to 65535: those below are the system's own services, which no tenant may stand in for (SEC-43).</param>
/// <param name="Last">The highest, not below the first.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PortRange(int First, int Last)
{
    private const int Lowest = 1024;

    /// <summary>How many ports there are.</summary>
    public int Count => Last - First + 1;

    /// <summary>Whether the port is one of them.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>The ports that are in both ranges; null when there are none.</summary>
    public PortRange? Intersect(PortRange other)
    {
        var (first, last) = (Math.Max(First, other.First), Math.Min(Last, other.Last));
        return first <= last ? new PortRange(first, last) : null;
    }

    /// <summary>Reads <c>20000-20999</c>, or one port.</summary>
    public static bool TryParse(string? text, out PortRange range)
    {
        range = default;
        var parts = (text ?? "").Split('-', 2, StringSplitOptions.TrimEntries);
        if (!TryPort(parts[0], out var first) || !TryPort(parts[^1], out var last) || last < first)
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= Lowest and <= 65535;
}

using System.Globalization;
using System.Text;

namespace Mport.Bench.Soak;

/// <summary>Two looks beside each other.</summary>
internal sealed class SoakComparison
{
    // Within a tenth; of small numbers, a handful: a pool's thread, a connection that is just being made anew.
    private const double Share = 0.10;
    private const double Handful = 3;

    private readonly List<(string What, double Before, double After, bool IsSame)> _rows = [];

    /// <summary>
    /// The row of compiled code. It is shown and not judged: a path that few requests take is compiled anew, and larger, when it was taken often enough, which
    /// may be an hour after the start; the program's size bounds it.
    /// </summary>
    public const string Code = "compiled code (PSS), MiB";

    private SoakComparison()
    {
    }

    /// <summary>The edge's own counts that are compared.</summary>
    public static IReadOnlyList<string> Gauges { get; } =
    [
        "mport_sessions_active", "mport_sessions_carriers", "mport_sessions_streams", "mport_tunnels_open", "mport_tunnels_visitors",
        "mport_http_requests_active", "mport_listeners_waiting", "mport_udp_visitors", "mport_process_queued_work",
    ];

    /// <summary>Whether nothing was left behind: less than before is no fault.</summary>
    public bool IsSame => _rows.TrueForAll(row => row.IsSame);

    /// <summary>Compares.</summary>
    public static SoakComparison Of(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after)
    {
        var comparison = new SoakComparison();
        foreach (var (what, first) in before)
        {
            var last = after.GetValueOrDefault(what);
            comparison._rows.Add((what, first, last, IsCode(what) || last <= Math.Max(first * (1 + Share), first + Handful)));
        }

        return comparison;
    }

    private static bool IsCode(string what) => what.EndsWith(Code, StringComparison.Ordinal);

    /// <summary>The table.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder().AppendLine("| | after warm-up | at the end | |").AppendLine("|---|---:|---:|---|");
        foreach (var (what, before, after, isSame) in _rows)
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {before:0.#} | {after:0.#} | {(IsCode(what) ? "" : isSame ? "ok" : "**grew**")} |"));
        }

        return text.ToString();
    }
}

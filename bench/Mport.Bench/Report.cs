using System.Globalization;
using System.Text;

namespace Mport.Bench;

/// <summary>Makes the tables from the measured values: one line a value, <c>measure TAB system TAB number</c>.</summary>
internal static class Report
{
    // The rows that come first, in this order; others follow as they were measured.
    private static readonly string[] First = ["direct", "nginx, no tunnel", "ssh -R", "nginx in front of ssh -R", "mport"];

    /// <summary>Prints a markdown table for each group of measures: medians, and the ratio to the table's yardstick.</summary>
    public static int Print(string file)
    {
        var values = File.ReadLines(file)
            .Select(line => line.Split('\t'))
            .Select(part => (Measure: part[0], System: part[1], Value: double.Parse(part[2], CultureInfo.InvariantCulture)))
            .ToLookup(v => (v.Measure, v.System), v => v.Value);
        var systems = values.Select(v => v.Key.System).Distinct().OrderBy(s => Array.IndexOf(First, s) is >= 0 and var place ? place : First.Length).ToList();
        foreach (var table in Measure.Tables)
        {
            var measures = table.Measures.Where(m => systems.Any(s => values.Contains((m.Key, s)))).ToList();
            if (measures.Count > 0)
            {
                Console.WriteLine(Table(table, measures, systems, values));
            }
        }

        return 0;
    }

    private static string Table(MeasureTable table, IReadOnlyList<Measure> measures, IEnumerable<string> systems, ILookup<(string Measure, string System), double> values)
    {
        var text = new StringBuilder();
        text.AppendLine($"### {table.Title}{(table.Yardstick == "ssh -R" ? "" : $" (ratios to {table.Yardstick})")}").AppendLine();
        text.AppendLine($"| | {string.Join(" | ", measures.Select(m => m.Title))} |");
        text.AppendLine($"|---|{string.Concat(measures.Select(_ => "---:|"))}");
        foreach (var system in systems.Where(s => measures.Any(m => values.Contains((m.Key, s)))))
        {
            text.AppendLine($"| {system} | {string.Join(" | ", measures.Select(m => Cell(m, table.Yardstick, system, values)))} |");
        }

        return text.ToString();
    }

    private static string Cell(Measure measure, string yardstickSystem, string system, ILookup<(string Measure, string System), double> values)
    {
        if (!values.Contains((measure.Key, system)))
        {
            return "";
        }

        var median = Median(values[(measure.Key, system)]);
        var number = median.ToString(measure.Format, CultureInfo.InvariantCulture);
        return values.Contains((measure.Key, yardstickSystem)) && Median(values[(measure.Key, yardstickSystem)]) is > 0 and var yardstick && system != yardstickSystem
            ? $"{number} ({(median / yardstick).ToString("0.00", CultureInfo.InvariantCulture)}×)"
            : number;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

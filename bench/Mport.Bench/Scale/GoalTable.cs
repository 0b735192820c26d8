using System.Globalization;
using System.Text;

namespace Mport.Bench.Scale;

/// <summary>Results beside the goals that they must stay under.</summary>
internal sealed class GoalTable
{
    private readonly List<(string What, double Value, string Unit, double? Goal)> _rows = [];

    /// <summary>Whether each result that has a goal is at or under it.</summary>
    public bool AllReached => _rows.TrueForAll(row => row.Goal is null || row.Value <= row.Goal);

    /// <summary>Adds a row.</summary>
    public void Add(string what, double value, string unit, double? goal = null) => _rows.Add((what, value, unit, goal));

    /// <summary>The table.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder().AppendLine("| | result | goal | |").AppendLine("|---|---:|---:|---|");
        foreach (var (what, value, unit, goal) in _rows)
        {
            var reached = goal is null ? "" : value <= goal ? "ok" : "**missed**";
            text.AppendLine($"| {what} | {Number(value)} {unit} | {(goal is { } most ? $"≤ {Number(most)} {unit}" : "")} | {reached} |");
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString(value is >= 100 or <= -100 || value == Math.Truncate(value) ? "0" : "0.0", CultureInfo.InvariantCulture);
}

namespace Mport.Server.Hosting.Commands;

/// <summary>Prints rows with their columns below each other.</summary>
internal static class PlainTable
{
    /// <summary>Prints the rows; the first one is the head.</summary>
    public static void Print(CommandCall call, IReadOnlyList<string[]> rows)
    {
        var widths = new int[rows[0].Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        }

        foreach (var row in rows)
        {
            call.Print(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    /// <summary>A time in a cell.</summary>
    public static string Cell(DateTimeOffset? time) => time is { } known ? $"{known.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "-";
}

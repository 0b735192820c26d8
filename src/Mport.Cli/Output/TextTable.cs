namespace Mport.Cli.Output;

/// <summary>Plain columns for listings, readable by people and by <c>awk</c>; the cells are escaped here.</summary>
internal static class TextTable
{
    /// <summary>The lines: headings first, columns two spaces apart, no trailing spaces.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(headings).Select(row => row.Select(DisplayText.Escape).ToArray()).ToList();
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}

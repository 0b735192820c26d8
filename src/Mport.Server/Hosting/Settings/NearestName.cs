namespace Mport.Server.Hosting.Settings;

/// <summary>Finds what a mistyped name was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest letters to change, or null when none is near (more than a third of its letters).</summary>
    public static string? Of(string text, IEnumerable<string> known)
    {
        string? nearest = null;
        var least = int.MaxValue;

        // A longer text cannot be near to any key, and the distance costs the product of the lengths.
        foreach (var name in text.Length > 64 ? [] : known)
        {
            var distance = Distance(text.ToLowerInvariant().Replace('-', '_'), name);
            if (distance < least && distance <= Math.Max(1, name.Length / 3))
            {
                (nearest, least) = (name, distance);
            }
        }

        return nearest;
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}

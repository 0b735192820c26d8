using System.Globalization;
using System.Text;

namespace Mport.Cli.Output;

/// <summary>
/// Makes text that came from outside (an edge, a visitor, a file name) harmless for a terminal: what could move the cursor, change colours
/// or titles, begin a new line or turn the reading direction becomes visible as <c>\u{1b}</c> (SEC-110).
/// </summary>
internal static class DisplayText
{
    // An edge's text is a sentence or three; more would only bury the rest.
    private const int LongestText = 1000;

    /// <summary>The text with all such characters written out, cut at 1000 characters.</summary>
    public static string Escape(string text)
    {
        if (text.Length <= LongestText && IsHarmless(text))
        {
            return text;
        }

        var safe = new StringBuilder();
        foreach (var rune in text.Length <= LongestText ? text.EnumerateRunes() : text[..LongestText].EnumerateRunes())
        {
            if (IsHarmless(rune))
            {
                safe.Append(rune);
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
        }

        return safe.Append(text.Length > LongestText ? "…" : "").ToString();
    }

    private static bool IsHarmless(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // Half of a surrogate pair is enumerated as the replacement character, but still stands in the text.
            if (!IsHarmless(rune) || rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    // Format holds the BiDi controls and zero-width characters; unassigned and private ones have no agreed look.
    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}

using System.Globalization;
using System.Text;

namespace Mport.Server.Hosting.Logging;

/// <summary>
/// Makes a text from outside harmless for a terminal or a log (SEC-110): everything that moves the cursor, ends the line, turns the
/// direction of writing or is not seen at all is written as an escape.
/// </summary>
internal static class VisibleText
{
    /// <summary>The text on one line: <c>\r</c>, <c>\n</c>, <c>\t</c>, and <c>\u001B</c> for what else cannot be shown.</summary>
    public static string Of(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var wellFormed = Rune.TryGetRuneAt(text, i, out var rune);
            if (!wellFormed || IsHidden(rune))
            {
                return Escape(text, i);
            }

            i += rune.Utf16SequenceLength;
        }

        return text;
    }

    private static string Escape(string text, int from)
    {
        var result = new StringBuilder(text.Length + 16).Append(text, 0, from);
        for (var i = from; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                // Half of a surrogate pair.
                AppendUnits(result, text.AsSpan(i, 1));
                i++;
                continue;
            }

            if (IsHidden(rune))
            {
                AppendUnits(result, text.AsSpan(i, rune.Utf16SequenceLength));
            }
            else
            {
                result.Append(text, i, rune.Utf16SequenceLength);
            }

            i += rune.Utf16SequenceLength;
        }

        return result.ToString();
    }

    private static void AppendUnits(StringBuilder result, ReadOnlySpan<char> units)
    {
        foreach (var unit in units)
        {
            _ = unit switch
            {
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                _ => result.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}"),
            };
        }
    }

    // Format holds the BiDi controls, the zero-width characters and the tags.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

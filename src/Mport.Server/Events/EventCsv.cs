using System.Globalization;
using System.Text;

namespace Mport.Server.Events;

/// <summary>Events as CSV (RFC 4180), for spreadsheets: what one of them would take for a formula begins with an apostrophe (CWE-1236).</summary>
internal static class EventCsv
{
    private const string Header = "id,at,kind,actor_kind,actor_id,actor_name,address,account_id,subject_kind,subject_id,subject_name,before,after,code,reason\r\n";

    /// <summary>The file of these events.</summary>
    public static byte[] Of(IEnumerable<EventRecord> events)
    {
        var text = new StringBuilder(Header);
        foreach (var one in events)
        {
            Append(text, one);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, EventRecord one)
    {
        string?[] cells =
        [
            one.Id, one.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), one.Kind, one.ActorKind, one.ActorId, one.ActorName, one.Address,
            one.AccountId?.Value, one.SubjectKind, one.SubjectId, one.SubjectName, one.Before, one.After, one.Code, one.Reason,
        ];
        text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
    }

    private static string Cell(string? value)
    {
        var text = value ?? "";
        text = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}

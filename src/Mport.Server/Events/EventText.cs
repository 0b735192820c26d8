using System.Text.Json;
using System.Text.Json.Serialization;
using Mport.Server.Hosting.Logging;

namespace Mport.Server.Events;

/// <summary>What an event may hold, and how it is written down: everything is of a bounded length and harmless to show (SEC-110).</summary>
internal static class EventText
{
    /// <summary>Characters of a name or id.</summary>
    public const int MaxName = 320;

    /// <summary>Characters of a kind.</summary>
    public const int MaxKind = 64;

    /// <summary>Characters of an address.</summary>
    public const int MaxAddress = 64;

    /// <summary>Characters of a reason.</summary>
    public const int MaxReason = 500;

    /// <summary>Characters of all properties of one side of a change.</summary>
    public const int MaxProperties = 8_000;

    private const int MaxValue = 300;

    /// <summary>A text of at most so many characters.</summary>
    public static string? Clip(string? text, int max)
    {
        if (text is null)
        {
            return null;
        }

        // Escaping makes a text longer, so it is cut afterwards; before, so that escaping a huge one costs nothing.
        var visible = VisibleText.Of(text.Length > max ? text[..max] : text);
        return visible.Length > max ? visible[..max] : visible;
    }

    /// <summary>Properties as a JSON object, by name; those that have no room are left out.</summary>
    public static string? ToJson(IReadOnlyDictionary<string, string?>? properties)
    {
        if (properties is null)
        {
            return null;
        }

        var kept = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        var length = 0;
        foreach (var (name, value) in properties)
        {
            var text = Clip(value, MaxValue);

            // Six characters stand for one at worst: "\u00e4".
            length += 6 * (name.Length + (text?.Length ?? 0)) + 8;
            if (length > MaxProperties)
            {
                break;
            }

            kept[name] = text;
        }

        return JsonSerializer.Serialize(kept, EventJson.Default.SortedDictionaryStringString);
    }
}

/// <summary>The JSON of events.</summary>
[JsonSerializable(typeof(SortedDictionary<string, string?>))]
internal sealed partial class EventJson : JsonSerializerContext;

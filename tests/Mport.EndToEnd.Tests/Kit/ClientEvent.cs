using System.Text.Json;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>One line of <c>mport --json</c>.</summary>
internal sealed record ClientEvent(string Name, JsonElement Json)
{
    /// <summary>A field's text, or an empty text where it is absent.</summary>
    public string this[string field] => Json.TryGetProperty(field, out var value) ? value.ToString() : "";

    /// <summary>Reads a line.</summary>
    public static ClientEvent Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return new ClientEvent(document.RootElement.GetProperty("event").GetString() ?? "", document.RootElement.Clone());
    }
}

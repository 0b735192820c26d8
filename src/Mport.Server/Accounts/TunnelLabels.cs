using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mport.Server.Accounts;

/// <summary>What users sort tunnels by: a few words with a text each. Immutable; equal by content.</summary>
internal sealed partial class TunnelLabels : IEquatable<TunnelLabels>
{
    /// <summary>Labels of one tunnel at most.</summary>
    public const int Most = 20;

    /// <summary>Characters of a text at most.</summary>
    public const int MaxValue = 100;

    /// <summary>Characters of all of them as the database writes them; each may be written as an escape of six.</summary>
    public const int MaxText = Most * ((MaxValue * 6) + DomainName.MaxLabelLength + 6);

    private readonly SortedDictionary<string, string> _values;

    private TunnelLabels(SortedDictionary<string, string> values) => _values = values;

    /// <summary>No label.</summary>
    public static TunnelLabels None { get; } = new(new SortedDictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The labels, by word.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Makes labels of words and texts whose form was checked.</summary>
    public static TunnelLabels Of(IEnumerable<KeyValuePair<string, string>> values) => new(new SortedDictionary<string, string>(values.ToDictionary(), StringComparer.Ordinal));

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static TunnelLabels FromText(string text) => text.Length == 0 ? None : Of(JsonSerializer.Deserialize(text, LabelsJson.Default.DictionaryStringString) ?? []);

    /// <inheritdoc />
    public bool Equals(TunnelLabels? other) => other is not null && _values.SequenceEqual(other._values);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TunnelLabels);

    /// <inheritdoc />
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => _values.Count == 0 ? "" : JsonSerializer.Serialize(_values.ToDictionary(), LabelsJson.Default.DictionaryStringString);

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class LabelsJson : JsonSerializerContext;
}

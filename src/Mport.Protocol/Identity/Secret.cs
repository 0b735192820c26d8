using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mport.Protocol.Identity;

/// <summary>A text that must not be shown: <see cref="ToString"/> is <c>***</c>, so that no log or message can hold it by accident.</summary>
[JsonConverter(typeof(SecretJsonConverter))]
public sealed record Secret
{
    private readonly string _value;

    /// <summary>Holds the text.</summary>
    public Secret(string value) => _value = value;

    /// <summary>The text itself: for sending and hashing only.</summary>
    public string Reveal() => _value;

    /// <inheritdoc />
    public override string ToString() => "***";
}

/// <summary>Writes a secret as a plain JSON string: the wire is encrypted, and only wire records hold secrets.</summary>
public sealed class SecretJsonConverter : JsonConverter<Secret>
{
    /// <inheritdoc />
    public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text ? new Secret(text) : null;

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.Reveal());
}

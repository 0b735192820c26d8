using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>
/// Turns the rules of a policy from YAML into the JSON that the edge reads. Which rules there are is for the edge to say; here is only where each
/// value stands. Pure.
/// </summary>
internal static class PolicyYaml
{
    // The edge takes control messages of 64 KiB, in which the policy is not alone. It also bounds what aliases can unfold to.
    private const int LongestJson = 48 * 1024;
    private const int MostDepth = 8;

    /// <summary>Converts a value. Null, or what is wrong, without a full stop.</summary>
    /// <param name="node">The value.</param>
    /// <param name="json">The JSON.</param>
    /// <param name="lines">The line of each value, by its JSON pointer.</param>
    public static string? TryConvert(YamlNode node, out JsonElement json, out IReadOnlyDictionary<string, long> lines)
    {
        json = default;
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        lines = places;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (Write(node, "", writer, places, MostDepth) is { } wrong)
            {
                return wrong;
            }
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        json = document.RootElement.Clone();
        return null;
    }

    private static string? Write(YamlNode node, string pointer, Utf8JsonWriter writer, Dictionary<string, long> lines, int depth)
    {
        lines.TryAdd(pointer, node.Start.Line);
        if (depth == 0 || writer.BytesCommitted + writer.BytesPending > LongestJson)
        {
            return depth == 0 ? "\"policy\" has groups in groups deeper than any rule" : $"\"policy\" is longer than {LongestJson / 1024} KiB";
        }

        switch (node)
        {
            case YamlSequenceNode list:
                writer.WriteStartArray();
                for (var i = 0; i < list.Children.Count; i++)
                {
                    if (Write(list.Children[i], $"{pointer}/{i}", writer, lines, depth - 1) is { } wrong)
                    {
                        return wrong;
                    }
                }

                writer.WriteEndArray();
                return null;
            case YamlMappingNode map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.Children)
                {
                    if (key is not YamlScalarNode { Value: { Length: > 0 } name })
                    {
                        return "a key must be a plain word";
                    }

                    writer.WritePropertyName(name);
                    var inner = $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
                    lines.TryAdd(inner, key.Start.Line);
                    if (Write(value, inner, writer, lines, depth - 1) is { } wrong)
                    {
                        return wrong;
                    }
                }

                writer.WriteEndObject();
                return null;
            default:
                WriteScalar((YamlScalarNode)node, writer);
                return null;
        }
    }

    private static void WriteScalar(YamlScalarNode scalar, Utf8JsonWriter writer)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            writer.WriteStringValue(text);
        }
        else if (ConfigProblems.IsEmpty(scalar))
        {
            writer.WriteNullValue();
        }
        else if (text is "true" or "false")
        {
            writer.WriteBooleanValue(text == "true");
        }
        else if (text.Length <= 9 && text.All(char.IsAsciiDigit) && (text == "0" || text[0] != '0'))
        {
            writer.WriteRawValue(text);
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }
}

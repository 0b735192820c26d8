using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>Changes single top-level values in the text of a configuration file and leaves every other character as it is. Pure: no I/O.</summary>
internal static class ConfigEditor
{
    /// <summary>Sets a key to a value, or removes the key when the value is null. The text must be a valid configuration file.</summary>
    public static string Set(string text, string key, string? value)
    {
        var root = Root(text);
        var entry = root?.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode scalar && scalar.Value == key) ?? default;
        if (entry.Key is not null)
        {
            return value is null ? Remove(text, root, entry.Key, entry.Value) : Replace(text, entry.Value, value);
        }

        return value is null ? text : Insert(text, root, $"{key}: {Quoted(value)}");
    }

    private static YamlMappingNode? Root(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode as YamlMappingNode : null;
    }

    private static string Replace(string text, YamlNode old, string value) =>
        string.Concat(text.AsSpan(0, (int)old.Start.Index), old.Start.Index == old.End.Index ? " " : "", Quoted(value), text.AsSpan((int)old.End.Index));

    private static string Remove(string text, YamlMappingNode? root, YamlNode key, YamlNode value)
    {
        if (IsFlow(root))
        {
            // Inside { } an empty value says the same and keeps the commas right.
            return string.Concat(text.AsSpan(0, (int)value.Start.Index), "null", text.AsSpan((int)value.End.Index));
        }

        var start = LineStart(text, (int)key.Start.Index);
        var lineEnd = text.IndexOf('\n', (int)value.End.Index);
        return string.Concat(text.AsSpan(0, start), lineEnd < 0 ? "" : text.AsSpan(lineEnd + 1));
    }

    private static string Insert(string text, YamlMappingNode? root, string line)
    {
        var newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (root is null || root.Children.Count == 0 || IsFlow(root))
        {
            return IsFlow(root)
                ? text.Insert((int)root.Start.Index + 1, root.Children.Count == 0 ? line : line + ", ")
                : text + (text.Length == 0 || text.EndsWith('\n') ? "" : newline) + line + newline;
        }

        // After the last of our own plain values, else before the first key: never inside the tunnels.
        var own = root.Children.LastOrDefault(pair => pair is { Key: YamlScalarNode { Value: "server" or "token" or "pin" or "insecure" }, Value: YamlScalarNode });
        if (own.Key is null)
        {
            var first = root.Children.First().Key;
            var before = (int)first.Start.Index;
            return text.Insert(before, line + newline + new string(' ', before - LineStart(text, before)));
        }

        var indent = text[LineStart(text, (int)own.Key.Start.Index)..(int)own.Key.Start.Index];
        var end = text.IndexOf('\n', (int)own.Value.End.Index);
        return end < 0 ? text + newline + indent + line + newline : text.Insert(end + 1, indent + line + newline);
    }

    private static bool IsFlow([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] YamlMappingNode? root) =>
        root is { Style: YamlDotNet.Core.Events.MappingStyle.Flow };

    private static int LineStart(string text, int index) => text.LastIndexOf('\n', Math.Max(0, index - 1)) + 1;

    // What begins with another character, or holds ": " or " #", could mean something else to YAML.
    private static string Quoted(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0]) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '.' or '-' or '_') && value[^1] != ':'
            ? value
            : new string(['"', .. value.Replace("\\", "\\\\").Replace("\"", "\\\""), '"']);
}

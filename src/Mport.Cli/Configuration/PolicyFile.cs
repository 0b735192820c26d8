using System.Text.Json;
using Mport.Protocol.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>A file of rules: YAML or JSON, a list by itself or under the key <c>policy</c>.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Rules">The list.</param>
/// <param name="Lines">The line of each value, by its JSON pointer.</param>
internal sealed record PolicyFile(string Path, JsonElement Rules, IReadOnlyDictionary<string, long> Lines)
{
    /// <summary>Reads a file.</summary>
    public static Checked<PolicyFile> Load(string path)
    {
        if (!File.Exists(path))
        {
            return Failure.Of(PolicyErrors.PolicyFileInvalid, $"There is no file {path}.");
        }

        var text = ConfigStore.ReadText(path);
        return text.Ok ? Read(path, text.Value) : text.Failures.ToArray();
    }

    /// <summary>Reads a file's text.</summary>
    public static Checked<PolicyFile> Read(string path, string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException wrong)
        {
            return Failure.Of(PolicyErrors.PolicyFileInvalid, $"{path}:{wrong.Start.Line}: this is not YAML: {wrong.Message}");
        }

        var root = yaml.Documents.Count == 1 ? yaml.Documents[0].RootNode : null;
        if (root is YamlMappingNode { Children.Count: 1 } map && map.Children.First() is { Key: YamlScalarNode { Value: "policy" } } only)
        {
            root = only.Value;
        }

        if (root is not YamlSequenceNode list)
        {
            return Failure.Of(PolicyErrors.PolicyFileInvalid, $"{path}:{root?.Start.Line ?? 1}: here should be a list of rules.");
        }

        return PolicyYaml.TryConvert(list, out var rules, out var lines) is { } unfit
            ? Failure.Of(PolicyErrors.PolicyFileInvalid, $"{path}:{list.Start.Line}: {unfit}.")
            : new PolicyFile(path, rules, lines);
    }

    /// <summary>The line of a JSON pointer, or of the nearest value around it.</summary>
    public long LineOf(string pointer)
    {
        while (!Lines.ContainsKey(pointer) && pointer.LastIndexOf('/') is >= 0 and var end)
        {
            pointer = pointer[..end];
        }

        return Lines.GetValueOrDefault(pointer, 1);
    }
}

using Mport.Protocol.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>Collects what is wrong with one configuration file, each with its line, and reads the simple kinds of value.</summary>
internal sealed class ConfigProblems(string path)
{
    private readonly List<(long Line, string Text)> _found = [];

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _found.Count > 0;

    /// <summary>The problems in the order of their lines.</summary>
    public List<Failure> ToFailures() =>
        [.. _found.OrderBy(problem => problem.Line).Select(problem => new Failure(UsageErrors.InvalidConfiguration.Code, $"{path}:{problem.Line}: {problem.Text}{(problem.Text[^1] is '?' or '.' ? "" : ".")}"))];

    public void Add(Mark where, string text) => _found.Add((where.Line, text));

    /// <summary>A key that is not one, with the nearest that is; gives <paramref name="value"/> back unchanged.</summary>
    public T Unknown<T>(Mark where, string key, string[] known, T value)
    {
        var nearest = NearestName.Of(key, known);
        Add(where, $"unknown key \"{key}\"; " + (nearest is null ? $"the keys here are {string.Join(", ", known)}" : $"did you mean \"{nearest}\"?"));
        return value;
    }

    /// <summary>The text of a key, or null after noting that it is no text.</summary>
    public string? KeyName(YamlNode key)
    {
        if (key is YamlScalarNode { Value: { Length: > 0 } name })
        {
            return name;
        }

        Add(key.Start, "a key must be a plain word");
        return null;
    }

    /// <summary>The text of a value, or null after noting that it is no text or empty.</summary>
    public string? Text(string key, YamlNode node)
    {
        if (node is not YamlScalarNode scalar)
        {
            Add(node.Start, $"\"{key}\" takes one value, not a {(node is YamlSequenceNode ? "list" : "group of keys")}");
            return null;
        }

        if (!IsEmpty(scalar))
        {
            return scalar.Value;
        }

        Add(node.Start, $"\"{key}\" has no value");
        return null;
    }

    /// <summary>A yes or no, or false after noting that it is neither.</summary>
    public bool Switch(string key, YamlNode node)
    {
        switch (Text(key, node))
        {
            case "true":
                return true;
            case null or "false":
                return false;
            case var other:
                Add(node.Start, $"\"{key}\" is \"{other}\"; it takes true or false");
                return false;
        }
    }

    /// <summary>Whether a value is absent: nothing after the colon, <c>~</c> or <c>null</c>.</summary>
    public static bool IsEmpty(YamlScalarNode scalar) =>
        string.IsNullOrWhiteSpace(scalar.Value) || (scalar.Style == ScalarStyle.Plain && scalar.Value is "~" or "null");
}

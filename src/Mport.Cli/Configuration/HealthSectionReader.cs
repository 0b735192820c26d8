using Mport.Client;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>Reads the <c>health</c> of a tunnel in a configuration file: a path, <c>tcp</c>, or a group of keys.</summary>
internal sealed class HealthSectionReader(ConfigProblems problems)
{
    private static readonly string[] s_keys = ["path", "interval", "timeout", "threshold"];

    /// <summary>The check; what is wrong goes to the problems.</summary>
    public HealthCheck? Read(YamlNode node)
    {
        if (node is YamlScalarNode)
        {
            return ReadValue("health", node, new HealthCheck(), HealthText.ReadPath);
        }

        if (node is not YamlMappingNode map)
        {
            problems.Add(node.Start, $"\"health\" takes tcp, a path, or a group of keys: {string.Join(", ", s_keys)}");
            return null;
        }

        var check = new HealthCheck();
        foreach (var (field, value) in map.Children)
        {
            check = problems.KeyName(field) switch
            {
                null => check,
                "path" => ReadValue("path", value, check, HealthText.ReadPath),
                "interval" => ReadValue("interval", value, check, HealthText.ReadInterval),
                "timeout" => ReadValue("timeout", value, check, HealthText.ReadTimeout),
                "threshold" => ReadValue("threshold", value, check, HealthText.ReadThreshold),
                { } unknown => problems.Unknown(field.Start, unknown, s_keys, check),
            };
        }

        return check;
    }

    private HealthCheck ReadValue(string key, YamlNode node, HealthCheck before, HealthReading read)
    {
        if (problems.Text(key, node) is not { } text)
        {
            return before;
        }

        if (read(text, before, out var check) is { } wanted)
        {
            problems.Add(node.Start, $"\"{key}\" is \"{text}\"; it {wanted}");
            return before;
        }

        return check;
    }
}

using System.Text.Json;
using Mport.Client;
using Mport.Protocol.Errors;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>Reads the <c>tunnels</c> of a configuration file.</summary>
internal sealed class TunnelSectionReader(ConfigProblems problems)
{
    private static readonly string[] s_keys =
        ["proto", "target", "subdomain", "domain", "path", "remote_port", "takeover", "group", "sticky", "team", "proxy_protocol", "health", "policy"];

    private readonly HealthSectionReader _health = new(problems);

    /// <summary>The sections in the order of the file; what is wrong goes to the problems.</summary>
    public IReadOnlyList<TunnelSection> Read(YamlNode node)
    {
        if (node is YamlScalarNode scalar && ConfigProblems.IsEmpty(scalar))
        {
            return [];
        }

        if (node is not YamlMappingNode map)
        {
            problems.Add(node.Start, "\"tunnels\" takes a group of names, each with its own keys");
            return [];
        }

        var sections = new List<TunnelSection>();
        var names = new HashSet<string>();
        foreach (var (key, value) in map.Children)
        {
            if (problems.KeyName(key) is not { } name || ReadWish(name, key, value) is not { } wish)
            {
                continue;
            }

            var section = new TunnelSection(name, wish.ToSpecs());
            sections.Add(section);
            foreach (var twice in section.Tunnels.Where(tunnel => !names.Add(tunnel.Name)))
            {
                problems.Add(key.Start, $"the range \"{name}\" has a tunnel \"{twice.Name}\", and another of that name is in the file");
            }
        }

        return sections;
    }

    private TunnelWish? ReadWish(string name, YamlNode key, YamlNode node)
    {
        if (TunnelText.CheckName(name) is { } badName)
        {
            problems.Add(key.Start, WithoutFullStop(badName));
        }

        if (node is not YamlMappingNode map)
        {
            problems.Add(node.Start, $"the tunnel \"{name}\" takes keys of its own: {string.Join(", ", s_keys)}");
            return null;
        }

        RequireKey(name, key, map, "proto");
        RequireKey(name, key, map, "target");
        var (kind, target) = ((TunnelKind?)null, (TargetSpan?)null);
        var wish = new TunnelWish { Kind = default, Target = default, Name = name };
        foreach (var (field, value) in map.Children)
        {
            switch (problems.KeyName(field))
            {
                case "proto":
                    kind = ReadKind(value);
                    break;
                case "target":
                    target = ReadTarget(value);
                    break;
                case { } other:
                    wish = ReadField(wish, other, field, value);
                    break;
            }
        }

        if (kind is not { } knownKind || target is not { } knownTarget)
        {
            return null;
        }

        wish = wish with { Kind = knownKind, Target = knownTarget };
        foreach (var contradiction in wish.Contradictions($"the tunnel \"{name}\"", option => $"\"{option}\""))
        {
            problems.Add(key.Start, contradiction);
        }

        if (knownTarget.Count > 1)
        {
            foreach (var bad in wish.BadNames())
            {
                problems.Add(key.Start, WithoutFullStop(bad));
            }
        }

        return wish;
    }

    private TunnelWish ReadField(TunnelWish wish, string key, YamlNode field, YamlNode value) => key switch
    {
        "subdomain" => wish with { Subdomain = ReadName(key, value) },
        "domain" => wish with { Domains = ReadDomains(value) },
        "path" => wish with { Path = ReadChecked(key, value, TunnelText.CheckPath) },
        "remote_port" => wish with { RemotePorts = ReadPorts(value) },
        "takeover" => wish with { Takeover = problems.Switch(key, value) },
        "group" => wish with { Group = ReadName(key, value) },
        "team" => wish with { Team = ReadName(key, value) },
        "sticky" => wish with { Sticky = problems.Switch(key, value) },
        "proxy_protocol" => wish with { ProxyProtocol = ReadProxyProtocol(value) },
        "health" => wish with { Health = _health.Read(value) },
        "policy" => wish with { Policy = ReadPolicy(value) },
        _ => problems.Unknown(field.Start, key, s_keys, wish),
    };

    private JsonElement? ReadPolicy(YamlNode value)
    {
        if (value is not YamlSequenceNode)
        {
            problems.Add(value.Start, "\"policy\" takes a list of rules");
            return null;
        }

        if (PolicyYaml.TryConvert(value, out var policy, out _) is not { } wrong)
        {
            return policy;
        }

        problems.Add(value.Start, wrong);
        return null;
    }

    private void RequireKey(string name, YamlNode key, YamlMappingNode map, string required)
    {
        if (!map.Children.Keys.Any(field => field is YamlScalarNode scalar && scalar.Value == required))
        {
            problems.Add(key.Start, $"the tunnel \"{name}\" has no \"{required}\"");
        }
    }

    private TunnelKind? ReadKind(YamlNode node)
    {
        if (problems.Text("proto", node) is not { } text)
        {
            return null;
        }

        foreach (var kind in Enum.GetValues<TunnelKind>())
        {
            if (kind.ToWire() == text)
            {
                return kind;
            }
        }

        problems.Add(node.Start, $"\"proto\" is \"{text}\"; this version carries {string.Join(", ", Enum.GetValues<TunnelKind>().Select(kind => kind.ToWire()))}");
        return null;
    }

    private TargetSpan? ReadTarget(YamlNode node)
    {
        if (problems.Text("target", node) is not { } text)
        {
            return null;
        }

        if (TunnelText.TryReadTargets(text, out var target) is { } wrong)
        {
            problems.Add(node.Start, WithoutFullStop(wrong));
            return null;
        }

        return target;
    }

    private string? ReadName(string key, YamlNode node) => ReadChecked(key, node, TunnelText.CheckName);

    // One, or a list of them.
    private IReadOnlyList<string>? ReadDomains(YamlNode node) =>
        node is YamlSequenceNode list
            ? [.. list.Children.Select(child => ReadChecked("domain", child, TunnelText.CheckDomain)).OfType<string>()]
            : ReadChecked("domain", node, TunnelText.CheckDomain) is { } one ? [one] : null;

    private string? ReadChecked(string key, YamlNode node, Func<string, Failure?> check)
    {
        if (problems.Text(key, node) is { } text && check(text) is { } wrong)
        {
            problems.Add(node.Start, WithoutFullStop(wrong));
        }

        return (node as YamlScalarNode)?.Value;
    }

    private PortSpan? ReadPorts(YamlNode node)
    {
        if (problems.Text("remote_port", node) is not { } text)
        {
            return null;
        }

        if (TunnelText.TryReadPorts(text, out var ports) is null)
        {
            return ports;
        }

        problems.Add(node.Start, $"\"remote_port\" is \"{text}\", which is not a port from 1 to 65535, nor a range of such");
        return null;
    }

    private int? ReadProxyProtocol(YamlNode node)
    {
        switch (problems.Text("proxy_protocol", node))
        {
            case null:
                return null;
            case "1":
                return 1;
            case "2":
                return 2;
            case var other:
                problems.Add(node.Start, $"\"proxy_protocol\" is \"{other}\"; it takes 1 or 2");
                return null;
        }
    }

    // A problem gets its own full stop.
    private static string WithoutFullStop(Failure failure) => failure.Text.TrimEnd('.');
}

using Mport.Client;
using Mport.Protocol.Errors;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>Reads the <c>tunnels</c> of a configuration file.</summary>
internal sealed class TunnelSectionReader(ConfigProblems problems)
{
    private static readonly string[] s_keys = ["proto", "target", "subdomain", "remote_port", "takeover"];

    /// <summary>The tunnels in the order of the file; what is wrong goes to the problems.</summary>
    public IReadOnlyList<TunnelSpec> Read(YamlNode node)
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

        var tunnels = new List<TunnelSpec>();
        foreach (var (key, value) in map.Children)
        {
            if (problems.KeyName(key) is { } name && ReadTunnel(name, key, value) is { } tunnel)
            {
                tunnels.Add(tunnel);
            }
        }

        return tunnels;
    }

    private TunnelSpec? ReadTunnel(string name, YamlNode key, YamlNode node)
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

        TunnelKind? kind = null;
        TargetAddress? target = null;
        var (subdomain, remotePort, takeover) = ((string?)null, (int?)null, false);
        foreach (var (field, value) in map.Children)
        {
            switch (problems.KeyName(field))
            {
                case null:
                    break;
                case "proto":
                    kind = ReadKind(value);
                    break;
                case "target":
                    target = ReadTarget(value);
                    break;
                case "subdomain":
                    subdomain = ReadSubdomain(value);
                    break;
                case "remote_port":
                    remotePort = ReadPort(value);
                    break;
                case "takeover":
                    takeover = problems.Switch("takeover", value);
                    break;
                case { } unknown:
                    problems.Unknown(field.Start, unknown, s_keys, true);
                    break;
            }
        }

        RequireKey(name, key, map, "proto");
        RequireKey(name, key, map, "target");
        if ((kind, subdomain) is (TunnelKind.Tcp, not null))
        {
            problems.Add(key.Start, $"the tunnel \"{name}\" is tcp, which has no subdomain; remove \"subdomain\"");
        }

        if ((kind, remotePort) is (TunnelKind.Http, not null))
        {
            problems.Add(key.Start, $"the tunnel \"{name}\" is http, which has no public port of its own; remove \"remote_port\"");
        }

        return kind is { } knownKind && target is { } knownTarget
            ? new TunnelSpec { Name = name, Kind = knownKind, Target = knownTarget, Subdomain = subdomain, RemotePort = remotePort, Takeover = takeover }
            : null;
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
        switch (problems.Text("proto", node))
        {
            case null:
                return null;
            case "http":
                return TunnelKind.Http;
            case "tcp":
                return TunnelKind.Tcp;
            case var other:
                problems.Add(node.Start, $"\"proto\" is \"{other}\"; this version carries http and tcp");
                return null;
        }
    }

    private TargetAddress? ReadTarget(YamlNode node)
    {
        if (problems.Text("target", node) is not { } text)
        {
            return null;
        }

        if (TunnelText.TryReadTarget(text, out var target) is { } wrong)
        {
            problems.Add(node.Start, WithoutFullStop(wrong));
            return null;
        }

        return target;
    }

    private string? ReadSubdomain(YamlNode node)
    {
        if (problems.Text("subdomain", node) is { } text && TunnelText.CheckName(text) is { } wrong)
        {
            problems.Add(node.Start, WithoutFullStop(wrong));
        }

        return (node as YamlScalarNode)?.Value;
    }

    private int? ReadPort(YamlNode node)
    {
        if (problems.Text("remote_port", node) is not { } text)
        {
            return null;
        }

        if (TunnelText.TryReadPort(text, out var port) is not null)
        {
            problems.Add(node.Start, $"\"remote_port\" is \"{text}\", which is not a port from 1 to 65535");
        }

        return port;
    }

    // A problem gets its own full stop.
    private static string WithoutFullStop(Failure failure) => failure.Text.TrimEnd('.');
}

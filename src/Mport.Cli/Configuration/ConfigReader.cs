using Mport.Client;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mport.Cli.Configuration;

/// <summary>Reads a configuration file's text through YAML's representation model, so that each problem has its line. Pure: no I/O.</summary>
internal sealed class ConfigReader
{
    private static readonly string[] s_keys = ["server", "token", "pin", "insecure", "carriers", "resume", "tunnels"];

    private readonly ConfigProblems _problems;
    private readonly string _path;

    private ConfigReader(string path) => (_path, _problems) = (path, new ConfigProblems(path));

    /// <summary>Reads the text, or tells all that is wrong with it.</summary>
    public static Checked<ConfigFile> Read(string path, string text) => new ConfigReader(path).Read(text);

    private Checked<ConfigFile> Read(string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException wrong)
        {
            _problems.Add(wrong.Start, $"this is not YAML: {wrong.Message}");
            return _problems.ToFailures();
        }

        var file = new ConfigFile { Path = _path, Exists = true };
        if (yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is not YamlScalarNode { Value: null or "" })
        {
            file = ReadRoot(file, yaml.Documents[0].RootNode);
        }

        if (yaml.Documents.Count > 1)
        {
            _problems.Add(yaml.Documents[1].RootNode.Start, "a second YAML document begins here; the file has one");
        }

        return _problems.Any ? _problems.ToFailures() : file;
    }

    private ConfigFile ReadRoot(ConfigFile file, YamlNode root)
    {
        if (root is not YamlMappingNode map)
        {
            _problems.Add(root.Start, "the file is not a list of \"key: value\" lines");
            return file;
        }

        foreach (var (key, value) in map.Children)
        {
            file = _problems.KeyName(key) switch
            {
                null => file,
                "server" => file with { Server = ReadServer(value) },
                "token" => file with { Token = ReadToken(value) },
                "pin" => file with { Pin = ReadPin(value) },
                "insecure" => file with { Insecure = _problems.Switch("insecure", value) },
                "carriers" => file with { Carriers = ReadCarriers(value) },
                "resume" => file with { Resume = _problems.Switch("resume", value) },
                "tunnels" => file with { Sections = new TunnelSectionReader(_problems).Read(value) },
                { } unknown => _problems.Unknown(key.Start, unknown, s_keys, file),
            };
        }

        if (file is { Insecure: true, Pin: not null })
        {
            _problems.Add(map.Start, "\"insecure: true\" and \"pin\" contradict each other; remove one of them");
        }

        return file;
    }

    private EdgeAddress? ReadServer(YamlNode node)
    {
        if (_problems.Text("server", node) is not { } text)
        {
            return null;
        }

        if (EdgeAddress.TryParse(text, out var address))
        {
            return address;
        }

        _problems.Add(node.Start, $"\"server\" is \"{text}\", which is neither a host nor host:port");
        return null;
    }

    private Secret? ReadToken(YamlNode node)
    {
        if (_problems.Text("token", node) is not { } text)
        {
            return null;
        }

        var token = new Secret(text);
        if (!AccessToken.TryGetKeyId(token, out _))
        {
            _problems.Add(node.Start, $"\"token\" is not a whole token ({AccountErrors.TokenMalformed.Code}): {AccountErrors.TokenMalformed.Why}");
        }

        return token;
    }

    private int? ReadCarriers(YamlNode node)
    {
        if (_problems.Text("carriers", node) is not { } text)
        {
            return null;
        }

        if (CarrierSettings.TryReadCount(text, out var count))
        {
            return count;
        }

        _problems.Add(node.Start, $"\"carriers\" is \"{text}\", which is not a number from 1 to {CarrierSet.Max}");
        return null;
    }

    private CertificatePin? ReadPin(YamlNode node)
    {
        if (_problems.Text("pin", node) is not { } text)
        {
            return null;
        }

        if (CertificatePin.TryParse(text, out var pin))
        {
            return pin;
        }

        _problems.Add(node.Start, $"\"pin\" is \"{text}\", which is not sha256: and 64 hexadecimal digits");
        return null;
    }
}

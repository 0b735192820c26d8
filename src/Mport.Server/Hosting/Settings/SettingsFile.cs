using System.Text;
using Mport.Protocol.Errors;
using Mport.Server.Hosting.Logging;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mport.Server.Hosting.Settings;

/// <summary>The configuration file as it was read: a flat list of keys with a value each.</summary>
internal sealed class SettingsFile
{
    /// <summary>Bytes at most: a hundred times what all options need.</summary>
    private const int MaxBytes = 64 * 1024;

    private readonly Dictionary<string, RawValue> _values = [];

    /// <summary>What is wrong with it; empty for a good file.</summary>
    public List<Failure> Failures { get; } = [];

    /// <summary>The value of an option, or null.</summary>
    public RawValue? Find(EdgeOption option) => _values.GetValueOrDefault(option.Key);

    /// <summary>Reads the file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="mustExist">Whether it was asked for by name.</param>
    public static SettingsFile Read(string path, bool mustExist)
    {
        var file = new SettingsFile();
        try
        {
            if (mustExist || File.Exists(path))
            {
                file.Load(path);
            }
        }
        catch (YamlException broken)
        {
            file.Fail($"{path}:{broken.Start.Line}", "The file is not YAML: " + VisibleText.Of(broken.InnerException?.Message ?? broken.Message));
        }
        catch (DecoderFallbackException)
        {
            file.Fail(path, "The file is not UTF-8.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            file.Failures.Add(Failure.Of(UsageErrors.ConfigurationUnreadable, $"{path} cannot be read: {unreadable.Message}"));
        }

        return file;
    }

    private void Load(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
        {
            Fail(path, $"The file is longer than {MaxBytes} bytes.");
            return;
        }

        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var yaml = new YamlStream();
        yaml.Load(reader);
        if (yaml.Documents.Count == 0)
        {
            return;
        }

        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
        {
            Fail($"{path}:1", "The file must be one list of lines `key: value`.");
            return;
        }

        foreach (var (keyNode, valueNode) in root.Children)
        {
            Add(path, keyNode, valueNode);
        }
    }

    private void Add(string path, YamlNode keyNode, YamlNode valueNode)
    {
        var key = (keyNode as YamlScalarNode)?.Value ?? "";
        var place = $"{path}:{keyNode.Start.Line}";
        if (!EdgeOptions.All.Any(option => option.IsInFile && option.Key == key))
        {
            var near = NearestName.Of(key, EdgeOptions.All.Where(option => option.IsInFile).Select(option => option.Key));
            Fail(place, $"The key \"{VisibleText.Of(key)}\" is not known{(near is null ? "." : $"; did you mean \"{near}\"?")}");
        }
        else if (valueNode is not YamlScalarNode { Value: { } text })
        {
            Fail(place, $"The key \"{key}\" takes one value.");
        }
        else
        {
            _values[key] = new RawValue(text, $"{place}: {key}", Path.GetDirectoryName(path) ?? ".", IsFlag: false);
        }
    }

    private void Fail(string place, string what) => Failures.Add(Failure.Of(UsageErrors.InvalidConfiguration, $"{place}: {what}"));
}

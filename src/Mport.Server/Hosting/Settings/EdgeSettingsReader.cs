using System.ComponentModel.DataAnnotations;
using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Hosting.Logging;

namespace Mport.Server.Hosting.Settings;

/// <summary>Puts the settings together: a flag beats a variable, a variable beats the file, the file beats the default. All faults are found at once.</summary>
internal sealed class EdgeSettingsReader
{
    private readonly Func<EdgeOption, string?> _flags;
    private readonly Func<string, string?> _environment;
    private readonly string _currentFolder;
    private readonly List<Failure> _failures = [];
    private SettingsFile? _file;

    private EdgeSettingsReader(Func<EdgeOption, string?> flags, Func<string, string?> environment, string currentFolder)
    {
        _flags = flags;
        _environment = environment;
        _currentFolder = currentFolder;
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="flags">The value of a flag, or null where it was not given.</param>
    /// <param name="environment">The value of a variable, or null.</param>
    /// <param name="currentFolder">Where paths of flags and variables begin.</param>
    /// <returns>The settings, or null with what is wrong.</returns>
    public static (EdgeSettings? Settings, IReadOnlyList<Failure> Failures) Read(
        Func<EdgeOption, string?> flags, Func<string, string?> environment, string currentFolder)
    {
        var reader = new EdgeSettingsReader(flags, environment, currentFolder);
        var settings = reader.ReadAll();
        return reader._failures.Count == 0 ? (settings, []) : (null, reader._failures);
    }

    private EdgeSettings ReadAll()
    {
        // The file may lie in the data folder, and a file given by name may say where the data folder is.
        var config = Get(EdgeOptions.Config, null);
        var folder = Get(EdgeOptions.Data, null);
        _file = SettingsFile.Read(config ?? Path.Combine(folder ?? DefaultFolder, EdgeOptions.FileName), mustExist: config is not null);
        _failures.AddRange(_file.Failures);
        if (config is null && _file.Find(EdgeOptions.Data) is { } misplaced)
        {
            Fail(misplaced, "cannot stand in the data folder's own file; give --data, or this file with --config.");
        }
        else if (folder is null && _file.Find(EdgeOptions.Data) is not null)
        {
            folder = Get(EdgeOptions.Data, null);
        }

        folder ??= DefaultFolder;
        var defaults = new EdgeSettings { DataFolder = folder, Domain = "localhost", Database = DatabaseUrl.InFolder(folder) };
        var settings = defaults with
        {
            Database = GetDatabase(folder),
            Domain = Get(EdgeOptions.Domain, defaults.Domain) ?? defaults.Domain,
            Listen = Get(EdgeOptions.Listen, defaults.Listen) ?? defaults.Listen,
            HttpPort = Get(EdgeOptions.HttpPort, defaults.HttpPort),
            TlsPort = Get(EdgeOptions.TlsPort, defaults.TlsPort),
            TcpPorts = Get(EdgeOptions.TcpPorts, defaults.TcpPorts),
            UdpPorts = Get(EdgeOptions.UdpPorts, defaults.UdpPorts),
            CertificateFile = Get(EdgeOptions.Certificate, null),
            KeyFile = Get(EdgeOptions.Key, null),
            Owner = Find(EdgeOptions.Owner) is null ? null : Get(EdgeOptions.Owner, default),
            Drain = Get(EdgeOptions.Drain, defaults.Drain),
            HandoverDrain = Get(EdgeOptions.HandoverDrain, defaults.HandoverDrain),
            HalfClosedTimeout = Get(EdgeOptions.HalfClosedTimeout, defaults.HalfClosedTimeout),
            Limits = LimitOptions.Read(this, defaults.Limits),
            Quotas = QuotaOptions.Read(this, defaults.Quotas),
            Usage = QuotaOptions.Read(this, defaults.Usage),
            Registration = MailSettings.ReadRegistration(this, defaults.Registration),
            EventRetention = Get(EdgeOptions.EventRetention, defaults.EventRetention),
            UdpIdle = Get(EdgeOptions.UdpIdle, defaults.UdpIdle),
            UdpVisitors = Get(EdgeOptions.UdpVisitors, defaults.UdpVisitors),
            UdpVisitorsPerAddress = Get(EdgeOptions.UdpVisitorsPerAddress, defaults.UdpVisitorsPerAddress),
            UdpQueue = Get(EdgeOptions.UdpQueue, defaults.UdpQueue),
            ForbiddenNames = Get(EdgeOptions.Forbidden, defaults.ForbiddenNames) ?? defaults.ForbiddenNames,
            ApiRate = Get(EdgeOptions.ApiRate, defaults.ApiRate),
            MaxTeamsPerAccount = Get(EdgeOptions.MaxTeamsPerAccount, defaults.MaxTeamsPerAccount),
            UdpAmplification = Get(EdgeOptions.UdpAmplification, defaults.UdpAmplification),
            ProxyProtocolFrom = Get(EdgeOptions.ProxyProtocolFrom, defaults.ProxyProtocolFrom) ?? defaults.ProxyProtocolFrom,
            TrustedProxies = Get(EdgeOptions.TrustedProxies, defaults.TrustedProxies) ?? defaults.TrustedProxies,
            DnsServer = Get(EdgeOptions.DnsServer, defaults.DnsServer),
            Metrics = Get(EdgeOptions.Metrics, defaults.Metrics),
            MaxCarriers = Get(EdgeOptions.MaxCarriers, defaults.MaxCarriers),
            ResumeGrace = Get(EdgeOptions.ResumeGrace, defaults.ResumeGrace),
            ResumeBuffer = Get(EdgeOptions.ResumeBuffer, defaults.ResumeBuffer),
            LogLevel = Get(EdgeOptions.Level, defaults.LogLevel),
        };
        settings = settings with { Mail = MailSettings.ReadMail(this, settings.Domain) };
        CheckRanges(settings);
        CheckTogether(settings);
        return settings;
    }

    private string DefaultFolder => Path.GetFullPath("mport-data", _currentFolder);

    internal T? Get<T>(EdgeOption<T> option, T? otherwise)
        where T : notnull
    {
        if (Find(option) is not { } raw)
        {
            return otherwise;
        }

        if (option.Read(raw, out var value) is not { } expected)
        {
            return value;
        }

        Fail(raw, $"must be {expected}, not \"{VisibleText.Of(raw.Text)}\".");
        return otherwise;
    }

    /// <summary>The value of a variable that is no option, or null.</summary>
    internal string? Variable(string name) => _environment(name) is { Length: > 0 } value ? value : null;

    internal RawValue? Find(EdgeOption option) =>
        _flags(option) is { } flag ? new RawValue(flag, option.Flag, _currentFolder, IsFlag: true)
        : _environment(option.Variable) is { Length: > 0 } variable ? new RawValue(variable, option.Variable, _currentFolder, IsFlag: false)
        : _file?.Find(option);

    private DatabaseUrl GetDatabase(string folder)
    {
        if (Find(EdgeOptions.Database) is not { } raw)
        {
            return DatabaseUrl.InFolder(folder);
        }

        if (DatabaseUrl.Parse(raw.Text, raw.BaseFolder, folder, out var url) is { } failure)
        {
            _failures.Add(failure with { Text = $"{raw.Origin}: {failure.Text}" });
        }

        return url;
    }

    // The ranges stand once, as annotations of the settings.
    private void CheckRanges(EdgeSettings settings)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        Validator.TryValidateObject(settings.Limits, new ValidationContext(settings.Limits), results, validateAllProperties: true);
        Validator.TryValidateObject(settings.Quotas, new ValidationContext(settings.Quotas), results, validateAllProperties: true);
        Validator.TryValidateObject(settings.Usage, new ValidationContext(settings.Usage), results, validateAllProperties: true);
        foreach (var result in results)
        {
            var option = EdgeOptions.All.First(option => result.MemberNames.Contains(option.Property));
            Fail(Find(option) ?? new RawValue("", option.Flag, _currentFolder, IsFlag: true), $"is out of range: {option.Doc}");
        }
    }

    private void CheckTogether(EdgeSettings settings)
    {
        if (settings.CertificateFile is null != settings.KeyFile is null)
        {
            var given = Find(EdgeOptions.Certificate) ?? Find(EdgeOptions.Key);
            Fail(given, $"needs {(settings.KeyFile is null ? EdgeOptions.Key.Flag : EdgeOptions.Certificate.Flag)} beside it.");
        }

        if (settings.HttpPort == settings.TlsPort && settings.TlsPort != 0)
        {
            Fail(Find(EdgeOptions.TlsPort) ?? Find(EdgeOptions.HttpPort), $"is port {settings.TlsPort}, which cannot serve HTTP and TLS both.");
        }

        foreach (var (option, port) in new[] { (EdgeOptions.HttpPort, settings.HttpPort), (EdgeOptions.TlsPort, settings.TlsPort) })
        {
            if (settings.TcpPorts.Contains(port))
            {
                Fail(Find(option) ?? Find(EdgeOptions.TcpPorts), $"does not fit: port {port} ({option.Key}) lies in the range of TCP tunnels, {settings.TcpPorts}.");
            }
        }
    }

    internal void Fail(RawValue? raw, string what) => _failures.Add(Failure.Of(
        raw is { IsFlag: true } ? UsageErrors.InvalidArgument : UsageErrors.InvalidConfiguration, $"{raw?.Origin} {what}"));
}

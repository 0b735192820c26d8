using System.Net;
using Microsoft.Extensions.Logging;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Data;
using Mport.Server.Hosting;
using Mport.Server.Hosting.Settings;
using Mport.Server.Limits;
using Mport.Server.Quotas;
using Mport.Server.Traffic;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Hosting.Settings;

public sealed class EdgeSettingsReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _flags = [];
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NothingGiven_HasTheDefaultsOfTheContract()
    {
        var settings = Good();

        Assert.Equal(_folder.File("mport-data"), settings.DataFolder);
        Assert.Equal("localhost", settings.Domain);
        Assert.Equal(IPAddress.IPv6Any, settings.Listen);
        Assert.Equal((8080, 8443), (settings.HttpPort, settings.TlsPort));
        Assert.Equal((new PortRange(20000, 20999), new PortRange(20000, 20999)), (settings.TcpPorts, settings.UdpPorts));
        Assert.Equal(_folder.File("mport-data/edge.db"), Assert.IsType<SqliteUrl>(settings.Database).Path);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Drain);
        Assert.Equal(LogLevel.Information, settings.LogLevel);
        Assert.Null(settings.Owner);
        Assert.Null(settings.CertificateFile);
    }

    [Fact]
    public void Networks_AreReadAsAList_AndAWrongOneIsNamed()
    {
        Directory.CreateDirectory(_folder.File("mport-data"));
        _folder.Write("mport-data/mportd.yml", "trusted_proxies: 10.0.0.0/8, 192.0.2.7\n");
        Assert.True(Good().TrustedProxies.Contains(IPAddress.Parse("192.0.2.7")));
        Assert.True(Good().ProxyProtocolFrom.IsEmpty);

        _flags["proxy-protocol-from"] = "10.0.0.1/8";
        Assert.Contains("bits behind its first 8", Assert.Single(Bad()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Flag_BeatsVariableBeatsFileBeatsDefault()
    {
        _flags["data"] = "d";
        _folder.Write("mportd.yml", "");
        Directory.CreateDirectory(_folder.File("d"));
        _folder.Write("d/mportd.yml", "tls_port: 1001\nhttp_port: 1001\ndomain: file.example\n");
        _variables["MPORTD_TLS_PORT"] = "1002";
        _variables["MPORTD_HTTP_PORT"] = "1003";
        _flags["tls-port"] = "1004";

        var settings = Good();

        Assert.Equal((1004, 1003, "file.example", TimeSpan.FromSeconds(30)), (settings.TlsPort, settings.HttpPort, settings.Domain, settings.Drain));
    }

    [Fact]
    public void EveryOption_IsReadFromItsVariableAndItsKey()
    {
        const string Pairs = "data=x database=sqlite:x.db domain=x.example listen=127.0.0.1 http-port=0 tls-port=0 tcp-ports=1024-1025 udp-ports=1026-1027 "
            + "cert=c.pem key=k.pem owner=x@x.example drain=2m log-level=debug";
        var texts = Pairs.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var inFile = EdgeOptions.All.Where(option => option.IsInFile && texts.ContainsKey(option.Name)).ToList();
        Assert.Equal(13, inFile.Count);
        var file = _folder.Write("all.yml", string.Join('\n', inFile.Select(option => $"{option.Key}: {texts[option.Name]}")));
        _variables["MPORTD_CONFIG"] = file;
        var fromFile = Good();

        _variables.Clear();
        foreach (var option in inFile)
        {
            _variables[option.Variable] = texts[option.Name];
        }

        Assert.Equal(fromFile, Good());
        Assert.Equal(("x.example", 0, 0, TimeSpan.FromMinutes(2)), (fromFile.Domain, fromFile.HttpPort, fromFile.TlsPort, fromFile.Drain));
        Assert.Equal(_folder.File("c.pem"), fromFile.CertificateFile);
        Assert.Equal(_folder.File("x.db"), Assert.IsType<SqliteUrl>(fromFile.Database).Path);
    }

    [Fact]
    public void UnknownKey_IsToldWithFileLineAndNearestKey()
    {
        _flags["config"] = _folder.Write("edge.yml", "domain: a.example\n# a remark\ntsl_port: 1\n");

        var failure = Assert.Single(Bad());

        Assert.Equal(UsageErrors.InvalidConfiguration.Code, failure.Code);
        Assert.Contains("edge.yml:3", failure.Text, StringComparison.Ordinal);
        Assert.Contains("\"tsl_port\"", failure.Text, StringComparison.Ordinal);
        Assert.Contains("\"tls_port\"", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaults_AreToldAtOnce()
    {
        _flags["config"] = _folder.Write("edge.yml", "colour: red\ntls_port: many\nowner: [a, b]\n");
        _variables["MPORTD_DRAIN"] = "2h";
        _flags["http-port"] = "70000";
        _flags["cert"] = "c.pem";
        _flags["database"] = "mysql://u:hunter2@h/db";

        var failures = Bad();

        Assert.Equal(7, failures.Count);
        Assert.Contains(failures, failure => failure.Text.Contains("edge.yml:1", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Text.Contains("edge.yml:2: tls_port must be a whole number", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Text.Contains("edge.yml:3", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Text.StartsWith("MPORTD_DRAIN", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Code == UsageErrors.InvalidArgument.Code && failure.Text.StartsWith("--http-port", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Text.StartsWith("--cert", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Code == EdgeErrors.DatabaseUnsupported.Code);
        Assert.DoesNotContain(failures, failure => failure.Text.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("- a\n- b\n")]
    [InlineData("domain: a.example\ndomain: b.example\n")]
    [InlineData("domain: {a: b}\n")]
    [InlineData("a\n")]
    public void FileThatIsNoListOfKeys_IsRefused(string text)
    {
        _flags["config"] = _folder.Write("edge.yml", text);

        Assert.All(Bad(), failure => Assert.Equal(UsageErrors.InvalidConfiguration.Code, failure.Code));
    }

    [Fact]
    public void NamedFileMissing_IsRefused()
    {
        _flags["config"] = "missing.yml";

        Assert.Equal(UsageErrors.ConfigurationUnreadable.Code, Assert.Single(Bad()).Code);
    }

    [Fact]
    public void DataInTheDataFoldersOwnFile_IsRefused()
    {
        Directory.CreateDirectory(_folder.File("mport-data"));
        _folder.Write("mport-data/mportd.yml", "data: /elsewhere\n");

        Assert.Contains("mportd.yml:1", Assert.Single(Bad()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void DataInANamedFile_BeginsAtThatFile()
    {
        Directory.CreateDirectory(_folder.File("etc"));
        _flags["config"] = _folder.Write("etc/edge.yml", "data: store\n");

        Assert.Equal(_folder.File("etc/store"), Good().DataFolder);
    }

    [Theory]
    [InlineData("http-port", "8443")]
    [InlineData("tls-port", "20500")]
    [InlineData("tls-port", "-1")]
    [InlineData("tls-port", "65536")]
    [InlineData("tcp-ports", "8000-9000")]
    [InlineData("tcp-ports", "9-1")]
    [InlineData("domain", "under_score.example")]
    [InlineData("domain", "1.2.3")]
    [InlineData("domain", "::1")]
    [InlineData("listen", "example.com")]
    [InlineData("drain", "61m")]
    [InlineData("drain", "30")]
    [InlineData("log-level", "loud")]
    [InlineData("owner", "nobody")]
    [InlineData("key", "k.pem")]
    public void BadValue_IsRefused(string name, string value)
    {
        _flags[name] = value;

        Assert.All(Bad(), failure => Assert.Contains("--", failure.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void HostileValue_IsShownHarmlessly()
    {
        _flags["domain"] = "a\u001b]0;x\u0007\r\nb";

        Assert.DoesNotContain(Assert.Single(Bad()).Text, char.IsControl);
    }

    [Fact]
    public void OptionTable_HasEachNameOnce()
    {
        Assert.Equal(EdgeOptions.All.Count, EdgeOptions.All.Select(option => option.Key).Distinct().Count());
        Assert.Equal("MPORTD_TLS_PORT", EdgeOptions.TlsPort.Variable);
        foreach (var property in EdgeOptions.All.Select(option => option.Property).OfType<string>())
        {
            // Each by one of them alone, since a value that is out of range is traced back to its option by this name.
            Assert.Single(new[] { typeof(EdgeSettings), typeof(EdgeLimits), typeof(QuotaDefaults), typeof(UsageOptions) }, type => type.GetProperty(property) is not null);
        }
    }

    private EdgeSettings Good()
    {
        var (settings, failures) = Read();
        Assert.Empty(failures);
        Assert.NotNull(settings);
        return settings;
    }

    private IReadOnlyList<Failure> Bad()
    {
        var (settings, failures) = Read();
        Assert.Null(settings);
        Assert.NotEmpty(failures);
        return failures;
    }

    private (EdgeSettings? Settings, IReadOnlyList<Failure> Failures) Read()
    {
        Directory.CreateDirectory(_folder.Path);
        return EdgeSettingsReader.Read(option => _flags.GetValueOrDefault(option.Name), name => _variables.GetValueOrDefault(name), _folder.Path);
    }
}

using Mport.Cli.Configuration;
using Mport.Client;
using Mport.Protocol.Identity;

namespace Mport.Cli.Tests.Configuration;

public sealed class EdgeSettingsTests
{
    private static readonly string s_otherToken = AccessToken.Create("01JZZZZZZZZZZZZZZZZZZZZZZZ").Reveal();
    private static readonly string s_otherPin = "sha256:" + new string('b', 64);

    private static readonly ConfigFile s_file = new()
    {
        Path = "/c",
        Server = new EdgeAddress("file", 1),
        Token = new Secret(CliWorld.Token),
        Pin = CertificatePin.TryParse(CliWorld.Pin, out var pin) ? pin : null,
    };

    private static EdgeSettings Resolve(EdgeFlags flags, ConfigFile file, params (string Name, string Value)[] variables)
    {
        var settings = EdgeSettings.Resolve(flags, name => variables.FirstOrDefault(variable => variable.Name == name).Value, file);
        Assert.Empty(settings.Failures);
        Assert.True(settings.Ok);
        return settings.Value;
    }

    [Fact]
    public void FileAlone_Counts()
    {
        var settings = Resolve(new EdgeFlags(), s_file);

        Assert.Equal(s_file.Server, settings.Server);
        Assert.Equal(CliWorld.Token, settings.Token?.Reveal());
        Assert.Equal(s_file.Pin, settings.Pin);
    }

    [Fact]
    public void Variable_BeatsTheFile()
    {
        var settings = Resolve(new EdgeFlags(), s_file, ("MPORT_SERVER", "env:2"), ("MPORT_TOKEN", s_otherToken), ("MPORT_PIN", s_otherPin));

        Assert.Equal(new EdgeAddress("env", 2), settings.Server);
        Assert.Equal(s_otherToken, settings.Token?.Reveal());
        Assert.Equal(s_otherPin, settings.Pin?.ToString());
    }

    [Fact]
    public void Flag_BeatsVariableAndFile()
    {
        var settings = Resolve(
            new EdgeFlags { Server = "flag:3", Token = s_otherToken, Pin = s_otherPin },
            s_file,
            ("MPORT_SERVER", "env:2"), ("MPORT_TOKEN", CliWorld.Token), ("MPORT_PIN", CliWorld.Pin));

        Assert.Equal(new EdgeAddress("flag", 3), settings.Server);
        Assert.Equal(s_otherToken, settings.Token?.Reveal());
        Assert.Equal(s_otherPin, settings.Pin?.ToString());
    }

    [Fact]
    public void EmptyVariable_IsNoValue() => Assert.Equal(s_file.Server, Resolve(new EdgeFlags(), s_file, ("MPORT_SERVER", "")).Server);

    [Fact]
    public void InsecureFlag_BeatsThePinOfTheFile()
    {
        var settings = Resolve(new EdgeFlags { Insecure = true }, s_file);

        Assert.True(settings.Insecure);
        Assert.Null(settings.Pin);
    }

    [Fact]
    public void NamedPin_BeatsInsecureInTheFile()
    {
        var settings = Resolve(new EdgeFlags { Pin = s_otherPin }, s_file with { Pin = null, Insecure = true });

        Assert.False(settings.Insecure);
        Assert.Equal(s_otherPin, settings.Pin?.ToString());
    }

    [Fact]
    public void EverythingWrong_IsToldTogether()
    {
        var settings = EdgeSettings.Resolve(new EdgeFlags { Server = "a b", Token = "mpt_x", Pin = "sha1:", Insecure = true }, _ => null, s_file);

        Assert.Equal(["MP-1001", "MP-1102", "MP-1001", "MP-1001"], settings.Failures.Select(failure => failure.Code.ToString()));
        Assert.DoesNotContain(settings.Failures, failure => failure.Text.Contains("mpt_x", StringComparison.Ordinal));
    }
}

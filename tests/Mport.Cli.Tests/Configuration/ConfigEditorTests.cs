using Mport.Cli.Configuration;

namespace Mport.Cli.Tests.Configuration;

public sealed class ConfigEditorTests
{
    [Theory]
    [InlineData("", "server: b:1\n")]
    [InlineData("# mine\n", "# mine\nserver: b:1\n")]
    [InlineData("server: a\n", "server: b:1\n")]
    [InlineData("server: a", "server: b:1")]
    [InlineData("server: a # the old one\ntoken: t\n", "server: b:1 # the old one\ntoken: t\n")]
    [InlineData("server: 'a'\n", "server: b:1\n")]
    [InlineData("server:\ntoken: t\n", "server: b:1\ntoken: t\n")]
    [InlineData("token: t\n\n# tunnels\ntunnels:\n  a:\n    proto: tcp\n", "token: t\nserver: b:1\n\n# tunnels\ntunnels:\n  a:\n    proto: tcp\n")]
    [InlineData("# tunnels\ntunnels:\n  a: {proto: tcp}\n", "# tunnels\nserver: b:1\ntunnels:\n  a: {proto: tcp}\n")]
    [InlineData("---\ntunnels: {}\n", "---\nserver: b:1\ntunnels: {}\n")]
    [InlineData("{token: t}\n", "{server: b:1, token: t}\n")]
    [InlineData("{server: a, token: t}\n", "{server: b:1, token: t}\n")]
    [InlineData("token: t\r\ntunnels: {}\r\n", "token: t\r\nserver: b:1\r\ntunnels: {}\r\n")]
    [InlineData("# ünïcode 🎉\nserver: a\n", "# ünïcode 🎉\nserver: b:1\n")]
    public void Set_ChangesOneValueAndNothingElse(string before, string after) => Assert.Equal(after, ConfigEditor.Set(before, "server", "b:1"));

    [Theory]
    [InlineData("server: a\npin: p\ntoken: t\n", "server: a\ntoken: t\n")]
    [InlineData("pin: p # gone\n", "")]
    [InlineData("pin: p", "")]
    [InlineData("pin:\ntoken: t\n", "token: t\n")]
    [InlineData("server: a\n", "server: a\n")]
    [InlineData("{pin: p, token: t}\n", "{pin: null, token: t}\n")]
    public void SetToNull_RemovesTheLine(string before, string after) => Assert.Equal(after, ConfigEditor.Set(before, "pin", null));

    [Theory]
    [InlineData("[::1]:8443")]
    [InlineData("a: b # c")]
    [InlineData("say \"x\" \\ y")]
    public void ValueThatYamlWouldReadDifferently_IsQuoted(string value)
    {
        var yaml = new YamlDotNet.RepresentationModel.YamlStream();
        yaml.Load(new StringReader(ConfigEditor.Set("", "server", value)));

        Assert.Equal(value, yaml.Documents[0].RootNode["server"].ToString());
    }
}

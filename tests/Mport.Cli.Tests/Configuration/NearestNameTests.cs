using Mport.Cli.Configuration;

namespace Mport.Cli.Tests.Configuration;

public sealed class NearestNameTests
{
    private static readonly string[] s_known = ["server", "token", "pin", "tunnels"];

    [Theory]
    [InlineData("sever", "server")]
    [InlineData("Server", "server")]
    [InlineData("tokne", "token")]
    [InlineData("tunnel", "tunnels")]
    [InlineData("pins", "pin")]
    [InlineData("colour", null)]
    [InlineData("", null)]
    public void Name_LeadsToTheNearest(string name, string? expected) => Assert.Equal(expected, NearestName.Of(name, s_known));

    [Fact]
    public void EndlessName_IsNotCompared() => Assert.Null(NearestName.Of(new string('s', 100_000), s_known));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_CountsEdits(string from, string to, int expected) => Assert.Equal(expected, NearestName.Distance(from, to));
}

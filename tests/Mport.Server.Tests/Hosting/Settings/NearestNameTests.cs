using Mport.Server.Hosting.Settings;

namespace Mport.Server.Tests.Hosting.Settings;

public sealed class NearestNameTests
{
    private static readonly string[] _known = ["tls_port", "http_port", "domain", "key"];

    [Theory]
    [InlineData("tsl_port", "tls_port")]
    [InlineData("TLS-PORT", "tls_port")]
    [InlineData("htp_port", "http_port")]
    [InlineData("domian", "domain")]
    [InlineData("kei", "key")]
    [InlineData("colour", null)]
    [InlineData("", null)]
    public void MistypedName_FindsItsNearest(string text, string? expected) => Assert.Equal(expected, NearestName.Of(text, _known));

    [Fact]
    public void VeryLongName_FindsNone() => Assert.Null(NearestName.Of(new string('x', 100_000), _known));
}

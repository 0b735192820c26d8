using Mport.Server.Hosting.Logging;

namespace Mport.Server.Tests.Hosting.Logging;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain text, Ünïcode, 漢字, 🔑", "plain text, Ünïcode, 漢字, 🔑")]
    [InlineData("", "")]
    [InlineData("two\r\nlines\tand", "two\\r\\nlines\\tand")]
    [InlineData("\u001b]0;title\u0007", "\\u001B]0;title\\u0007")]
    [InlineData("\u001b[31mred", "\\u001B[31mred")]
    [InlineData("\u009b31m", "\\u009B31m")]
    [InlineData("exe\u202Egpj", "exe\\u202Egpj")]
    [InlineData("\u2066a\u2069\u200B\uFEFF", "\\u2066a\\u2069\\u200B\\uFEFF")]
    [InlineData("a\u2028b\u2029c\u0085d\u007f", "a\\u2028b\\u2029c\\u0085d\\u007F")]
    [InlineData("tag \U000E0041", "tag \\uDB40\\uDC41")]
    public void Text_IsMadeVisible(string text, string expected) => Assert.Equal(expected, VisibleText.Of(text));

    [Fact]
    public void HalfASurrogatePair_IsEscaped()
    {
        Assert.Equal("a\\uD83Db", VisibleText.Of("a\uD83Db"));
        Assert.Equal("\\uDD11\\n🔑", VisibleText.Of("\uDD11\n🔑"));
    }
}

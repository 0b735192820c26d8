using Mport.Cli.Output;

namespace Mport.Cli.Tests.Output;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("plain text, ümläute, 日本, 🎉", "plain text, ümläute, 日本, 🎉")]
    [InlineData("\e]0;owned\a", @"\u{1b}]0;owned\u{7}")]
    [InlineData("a\r\nb\tc\0", @"a\u{d}\u{a}b\u{9}c\u{0}")]
    [InlineData("user\u202Egnp.exe", @"user\u{202e}gnp.exe")]
    [InlineData("\u2066x\u2069\u200B\u200F\uFEFF", @"\u{2066}x\u{2069}\u{200b}\u{200f}\u{feff}")]
    [InlineData("\u009b31m\u007f\u2028", @"\u{9b}31m\u{7f}\u{2028}")]
    public void OutsideText_IsHarmlessAndReadable(string text, string expected) => Assert.Equal(expected, DisplayText.Escape(text));

    [Fact]
    public void LoneSurrogate_DoesNotReachTheTerminal() => Assert.DoesNotContain("\ud83d", DisplayText.Escape("a" + '\ud83d' + "b"), StringComparison.Ordinal);

    [Fact]
    public void EndlessText_IsCut() => Assert.Equal(new string('x', 1000) + "…", DisplayText.Escape(new string('x', 100_000)));
}

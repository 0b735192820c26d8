using Mport.Cli.Configuration;

namespace Mport.Cli.Tests.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("500ms", 500)]
    [InlineData("2m", 120_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("7", 7000)]
    [InlineData("24h", 86_400_000)]
    public void Time_IsRead(string text, double milliseconds)
    {
        Assert.True(DurationText.TryRead(text, out var time));
        Assert.Equal(milliseconds, time.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("25h")]
    [InlineData("1e3")]
    [InlineData("ten")]
    [InlineData("99999999999999999999999999")]
    public void OtherText_IsRefused(string text) => Assert.False(DurationText.TryRead(text, out _));
}

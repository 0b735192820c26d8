using Mport.Server.Hosting.Settings;

namespace Mport.Server.Tests.Hosting.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("90d", 7_776_000)]
    [InlineData("3650d", 315_360_000)]
    public void WrittenTime_IsRead(string text, int seconds)
    {
        Assert.True(Duration.TryParse(text, out var value));
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("30")]
    [InlineData("-1s")]
    [InlineData("1.5h")]
    [InlineData("1w")]
    [InlineData("3651d")]
    [InlineData("99999999999d")]
    public void OtherText_IsRefused(string? text) => Assert.False(Duration.TryParse(text, out _));
}

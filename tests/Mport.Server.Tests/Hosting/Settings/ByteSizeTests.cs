using Mport.Server.Hosting.Settings;

namespace Mport.Server.Tests.Hosting.Settings;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65536)]
    [InlineData("64k", 65536)]
    [InlineData("64KB", 65536)]
    [InlineData("64KiB", 65536)]
    [InlineData("3M", 3 * 1024 * 1024)]
    [InlineData("1024G", 1L << 40)]
    public void WrittenSize_IsRead(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1")]
    [InlineData("1.5M")]
    [InlineData("1T")]
    [InlineData("1M/s")]
    [InlineData("1025G")]
    [InlineData("99999999999999999999")]
    public void OtherText_IsRefused(string? text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("10M", 10L << 20)]
    [InlineData("10M/s", 10L << 20)]
    [InlineData("10MB/s", 10L << 20)]
    public void WrittenRate_IsRead(string text, long bytes)
    {
        Assert.True(ByteSize.TryParseRate(text, out var value));
        Assert.Equal(bytes, value);
    }
}

using Mport.Cli.Output;

namespace Mport.Cli.Tests.Output;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(9949, "9.9 kB")]
    [InlineData(9950, "10 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(123_000_000_000, "123 GB")]
    public void Bytes_AreShort(double count, string expected) => Assert.Equal(expected, Quantity.Bytes(count));

    [Theory]
    [InlineData(0.04, "40 ms")]
    [InlineData(0.9996, "1.0 s")]
    [InlineData(3.24, "3.2 s")]
    [InlineData(252, "4 m 12 s")]
    [InlineData(18_180, "5 h 3 m")]
    [InlineData(187_200, "2 d 4 h")]
    public void Duration_IsShort(double seconds, string expected) => Assert.Equal(expected, Quantity.Duration(TimeSpan.FromSeconds(seconds)));
}

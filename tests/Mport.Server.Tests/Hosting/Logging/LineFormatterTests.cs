using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mport.Server.Hosting.Logging;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Logging;

public sealed class LineFormatterTests
{
    [Fact]
    public void Record_IsOneLineWithTimeLevelCategoryAndId() =>
        Assert.Equal("2030-01-01T00:00:00.000Z info Edge.Sessions[1201] began\n", Format("Mport.Server.Edge.Sessions", LogLevel.Information, "began"));

    [Fact]
    public void HostileMessage_StaysOnItsLine() =>
        Assert.Equal(
            "2030-01-01T00:00:00.000Z warn Other[1201] \\u001B]0;x\\u0007\\r\\n2030 error fake \\u202E\n",
            Format("Other", LogLevel.Warning, "\u001b]0;x\u0007\r\n2030 error fake \u202E"));

    [Fact]
    public void Exception_StaysOnTheLine()
    {
        var line = Format("Other", LogLevel.Error, "failed", new IOException("disk\nfull"));

        Assert.Equal("2030-01-01T00:00:00.000Z error Other[1201] failed | System.IO.IOException: disk\\nfull\n", line);
    }

    [Theory]
    [InlineData(LogLevel.Trace, "trace")]
    [InlineData(LogLevel.Debug, "debug")]
    [InlineData(LogLevel.Critical, "fatal")]
    public void Level_HasItsName(LogLevel level, string name) => Assert.Contains($" {name} ", Format("Other", level, "x"), StringComparison.Ordinal);

    private static string Format(string category, LogLevel level, string message, Exception? exception = null)
    {
        var output = new StringWriter();
        new LineFormatter(new ManualTimeProvider()).Write(
            new LogEntry<string>(level, category, new EventId(1201), message, exception, static (state, _) => state), null, output);
        return output.ToString();
    }
}

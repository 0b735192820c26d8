using System.Globalization;
using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Code;

public sealed partial class EventIdsTests
{
    [Fact]
    public void LogMessage_HasAnIdThatNoOtherHas() => Assert.All(
        Messages().GroupBy(m => m.Id),
        id => Assert.True(id.Count() == 1, $"event id {id.Key} is used by {string.Join(" and ", id.Select(m => m.File))}"));

    [Fact]
    public void LogMessages_OfOneFileLieInOneBlockOfAHundredOfTheirOwn()
    {
        var files = Messages().GroupBy(m => m.File, m => m.Id / 100).Select(f => (File: f.Key, Blocks: f.Distinct().ToArray())).ToArray();

        Assert.All(files, file => Assert.Single(file.Blocks));
        Assert.Equal(files.Length, files.Select(f => f.Blocks[0]).Distinct().Count());
    }

    [Fact]
    public void LogMessage_StandsInALogFile() =>
        Assert.All(Messages(), message => Assert.EndsWith("Log.cs", message.File, StringComparison.Ordinal));

    private static (string File, int Id)[] Messages()
    {
        (string, int)[] messages =
        [
            .. SourceTree.Below("src/", ".cs").SelectMany(file => Attribute().Matches(SourceTree.Read(file)).Select(m =>
                (file, m.Groups["id"].Success ? int.Parse(m.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : throw new InvalidDataException($"{file}: a log message without an event id")))),
        ];
        Assert.NotEmpty(messages);
        return messages;
    }

    [GeneratedRegex(@"\[LoggerMessage\((?:(?:EventId\s*=\s*)?(?<id>\d+))?")]
    private static partial Regex Attribute();
}

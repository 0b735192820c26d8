using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Docs;

/// <summary>The list of metrics in docs/operations.md is the list in the code.</summary>
public sealed partial class MetricsPageTests
{
    [Fact]
    public void EveryMetric_StandsInTheDocs_AndNoOther()
    {
        var inCode = Names(SourceTree.Below("src/", "Metrics.cs"), InstrumentName());
        var inDocs = Names(["docs/operations.md"], DocumentedName());

        Assert.NotEmpty(inCode);
        Assert.Equal(inCode, inDocs);
    }

    [Fact]
    public void Instruments_AreMadeInMetricsFilesAlone_OfTheirOwnFeature()
    {
        var makers = SourceTree.Below("src/", ".cs").Where(f => SourceTree.Read(f).Contains("EdgeMeters meters", StringComparison.Ordinal) && Creation().IsMatch(SourceTree.Read(f))).ToList();

        Assert.NotEmpty(makers);
        Assert.All(makers, file =>
        {
            Assert.EndsWith("Metrics.cs", file, StringComparison.Ordinal);
            var text = SourceTree.Read(file);
            var feature = Assert.Single(Creation().Matches(text)).Groups[1].Value;
            Assert.All(InstrumentName().Matches(text), name => Assert.StartsWith($"mport.{feature}.", name.Groups[1].Value, StringComparison.Ordinal));
        });
    }

    private static string[] Names(IEnumerable<string> files, Regex pattern) =>
        [.. files.SelectMany(f => pattern.Matches(SourceTree.Read(f)).Select(m => m.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex("\"(mport\\.[a-z0-9_]+\\.[a-z0-9_]+)\"")]
    private static partial Regex InstrumentName();

    [GeneratedRegex(@"^\| `(mport\.[a-z0-9_]+\.[a-z0-9_]+)`", RegexOptions.Multiline)]
    private static partial Regex DocumentedName();

    [GeneratedRegex("meters\\.Create\\(\"([a-z0-9_]+)\"\\)")]
    private static partial Regex Creation();
}

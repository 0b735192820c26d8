using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Docs;

/// <summary>A visitor's byte is followed in docs/architecture.md as "Step 1" to "Step n"; the same numbers stand in the code as "// Step 1: …".</summary>
public sealed partial class StepsTests
{
    private const string Walk = "docs/architecture.md";

    [Fact]
    public void Steps_AreTheSameInDocsAndCode()
    {
        var code = SourceTree.Below("src/", ".cs").SelectMany(f => InCode().Matches(SourceTree.Read(f)).Select(m => m.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal).ToArray();
        var docs = InDocs().Matches(SourceTree.Read(Walk)).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal).ToArray();

        Assert.NotEmpty(docs);
        Assert.Equal(docs, code);
    }

    [Fact]
    public void Walk_TouchesAtMostSevenFiles()
    {
        var files = SourceTree.Below("src/", ".cs").Where(f => InCode().IsMatch(SourceTree.Read(f))).ToArray();

        Assert.NotEmpty(files);
        Assert.True(files.Length <= 7, $"the walk of {Walk} goes through {files.Length} files: {string.Join(", ", files)}");
    }

    [GeneratedRegex(@"// Step (\d+):")]
    private static partial Regex InCode();

    [GeneratedRegex(@"\bStep (\d+)\b")]
    private static partial Regex InDocs();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Docs;

/// <summary>
/// docs/architecture.md follows a visitor's byte in list items that begin with "Step n" and name a file (or "the same file"); the same number
/// stands in that file as "// Step n: …". A second walk may say that it "joins at step n" of the first.
/// </summary>
public sealed partial class StepsTests
{
    private const string Document = "docs/architecture.md";
    private const int MostFiles = 7;

    [Fact]
    public void Step_StandsInTheFileThatTheDocumentNames() => Assert.Equal(InDocument().Select(s => (s.Number, s.File)), InCode());

    [Fact]
    public void Walk_TouchesAtMostSevenFiles()
    {
        var text = SourceTree.Read(Document);
        var steps = InDocument();
        var joint = Joint().Match(text);
        var first = steps.Where(s => !joint.Success || s.Place < joint.Index).ToArray();
        var second = steps.Except(first).Concat(first.Where(s => joint.Success && s.Number >= Number(joint))).ToArray();

        Assert.NotEmpty(first);
        Assert.All([first, second], walk => Assert.InRange(walk.Select(s => s.File).Distinct().Count(), 0, MostFiles));
    }

    private static (int Number, string File)[] InCode()
    {
        (int Number, string File)[] steps = [.. SourceTree.Below("src/", ".cs").SelectMany(f => CodeStep().Matches(SourceTree.Read(f)).Select(m => (Number(m), f))).Order()];
        Assert.NotEmpty(steps);
        return steps;
    }

    private static List<(int Number, string File, int Place)> InDocument()
    {
        List<(int Number, string File, int Place)> steps = [];
        foreach (Match item in DocumentStep().Matches(SourceTree.Read(Document)))
        {
            steps.Add((Number(item), item.Groups[2].Success ? item.Groups[2].Value : steps[^1].File, item.Index));
        }

        Assert.NotEmpty(steps);
        return steps;
    }

    private static int Number(Match match) => int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"// Step (\d+):")]
    private static partial Regex CodeStep();

    [GeneratedRegex(@"^- \*\*Step (\d+)\*\*, (?:`([^`]+)`|in the same file)", RegexOptions.Multiline)]
    private static partial Regex DocumentStep();

    [GeneratedRegex(@"joins at step (\d+)")]
    private static partial Regex Joint();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Docs;

/// <summary>docs/reliability.md speaks of every fault that this project is built against.</summary>
public sealed partial class ReliabilityTests
{
    // 28 and 29 are about certificates that are renewed by themselves, which the edge does not do.
    private static readonly int[] Faults = [.. Enumerable.Range(1, 27), .. Enumerable.Range(30, 28)];

    private static readonly Match[] Rows = [.. Row().Matches(SourceTree.Read("docs/reliability.md")).Cast<Match>()];

    [Fact]
    public void EachFault_HasOneRow_InOrder() =>
        Assert.Equal(Faults, Rows.Select(row => int.Parse(row.Groups["number"].Value, CultureInfo.InvariantCulture)));

    [Fact]
    public void EachRow_SaysWhatHappensAndWhatHoldsIt() =>
        Assert.All(Rows, row => Assert.All(new[] { "name", "happens", "held" }, part => Assert.NotEmpty(row.Groups[part].Value.Trim())));

    [Fact]
    public void FaultThatTestsHold_IsNamedInOneOfThem() => Assert.All(Rows, row =>
    {
        var tests = TestFile().Matches(row.Groups["held"].Value).Select(name => name.Groups[1].Value).ToList();
        var item = row.Groups["number"].Value;
        var named = new Regex($"REL-{item}|Rel{item.TrimStart('0')}(?![0-9])", RegexOptions.CultureInvariant);
        var files = SourceTree.Below("tests/", ".cs").Where(file => tests.Contains(Path.GetFileName(file)));
        Assert.True(tests.Count == 0 || files.Any(file => named.IsMatch(SourceTree.Read(file))), $"none of {string.Join(", ", tests)} names REL-{item}");
    });

    [GeneratedRegex(@"`(?:[\w.]+/)*(\w+Tests\.cs)`")]
    private static partial Regex TestFile();

    [GeneratedRegex(@"^\| REL-(?<number>\d+)(?<name>[^|\n]*)\|(?<happens>[^|\n]*)\|(?<held>[^|\n]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}

using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Docs;

/// <summary>docs/limits.md tells of every option that is a limit.</summary>
public sealed partial class LimitsPageTests
{
    [Fact]
    public void EveryLimit_StandsInTheDocs()
    {
        var page = SourceTree.Read("docs/limits.md");
        var options = OptionName().Matches(SourceTree.Read("src/Mport.Server/Hosting/Settings/LimitOptions.cs")).Select(m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Contains($"| `--{option}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void OptionOfTheDocs_IsThere()
    {
        var code = SourceTree.Read("src/Mport.Server/Hosting/Settings/LimitOptions.cs") + SourceTree.Read("src/Mport.Server/Hosting/Settings/EdgeOptions.cs");
        var documented = DocumentedName().Matches(SourceTree.Read("docs/limits.md")).Select(m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(documented);
        Assert.All(documented, option => Assert.Contains($"\"{option}\", \"", code, StringComparison.Ordinal));
    }

    [GeneratedRegex("^        \"([a-z-]+)\", \"", RegexOptions.Multiline)]
    private static partial Regex OptionName();

    [GeneratedRegex(@"\| `--([a-z-]+)` \|")]
    private static partial Regex DocumentedName();
}

namespace Mport.Repository.Tests.Docs;

public sealed class ProjectFilesTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("LICENSE")]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/protocol.md")]
    [InlineData("docs/performance.md")]
    [InlineData("docs/glossary.md")]
    public void ProjectFile_IsThereAndSaysSomething(string path) => Assert.True(SourceTree.Exists(path) && SourceTree.Read(path).Length > 200, $"{path} is missing or empty");

    [Fact]
    public void Changelog_HasTheVersionThatIsBuilt()
    {
        var properties = System.Xml.Linq.XDocument.Parse(SourceTree.Read("Directory.Build.props"));
        var version = properties.Descendants("Version").Single().Value;

        Assert.Contains($"## {version}", SourceTree.Read("CHANGELOG.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_AreNumberedWithoutGaps()
    {
        var numbers = SourceTree.Below("docs/decisions/", ".md").Select(f => Path.GetFileName(f)[..4]).ToArray();

        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(n => n.ToString("0000", System.Globalization.CultureInfo.InvariantCulture)), numbers);
    }
}

using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Docs;

/// <summary>What the documents call by name is there. Records of decisions and the changelog speak of the past and are left out.</summary>
public sealed partial class NamedCodeTests
{
    private static readonly string[] Documents = [.. SourceTree.Below("", ".md").Where(f => !f.StartsWith("docs/decisions/", StringComparison.Ordinal) && f != "CHANGELOG.md")];

    [Fact]
    public void FileNamedInDocs_Exists()
    {
        var named = Named(FileName());

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(
            SourceTree.Exists(name.Text.TrimEnd('/')) || SourceTree.Files.Any(f => f.EndsWith("/" + name.Text, StringComparison.Ordinal)),
            $"{name.File} names {name.Text}, which is not there"));
    }

    [Fact]
    public void TypeNamedInDocs_StandsInTheCode()
    {
        var code = SourceTree.Below("", ".cs").Where(f => !f.Contains("Repository.Tests")).SelectMany(f => Word().Matches(SourceTree.Read(f)).Select(m => m.Value)).ToHashSet();
        code.UnionWith(SourceTree.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).SelectMany(f => Word().Matches(SourceTree.Read(f)).Select(m => m.Value)));
        var named = Named(TypeName());

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(code.Contains(name.Text), $"{name.File} names {name.Text}, which no code file has"));
    }

    private static (string File, string Text)[] Named(Regex pattern) =>
        [.. Documents.SelectMany(file => pattern.Matches(SourceTree.Read(file)).Select(m => (file, m.Groups[1].Value))).Distinct()];

    [GeneratedRegex(@"`((?:(?:src|tests|docs|bench|samples)/[\w./-]*)|(?:[\w.-]+/)*\w+\.(?:cs|csproj|props|slnx))`")]
    private static partial Regex FileName();

    // Two humps at least: WordWord. A single capitalised word in code quotes is as often a command or a header.
    [GeneratedRegex(@"`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)`")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}

using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Docs;

public sealed partial class LinksTests
{
    [Fact]
    public void RelativeLink_LeadsToAFile()
    {
        var links = SourceTree.Below("", ".md")
            .SelectMany(file => Link().Matches(SourceTree.Read(file)).Select(m => (File: file, Target: m.Groups[1].Value)))
            .Where(l => !l.Target.Contains("://") && !l.Target.StartsWith("mailto:", StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Resolves(link.File, link.Target), $"{link.File} links to {link.Target}, which is not there"));
    }

    private static bool Resolves(string file, string target)
    {
        var (path, anchor) = target.Split('#', 2) switch
        {
            [var only] => (only, ""),
            var both => (both[0], both[1]),
        };
        var full = path.Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file) ?? "", path);
        return SourceTree.Exists(full) && (anchor.Length == 0 || !full.EndsWith(".md", StringComparison.Ordinal) || Headings(full).Contains(anchor));
    }

    private static IEnumerable<string> Headings(string file) =>
        Heading().Matches(SourceTree.Read(file)).Select(m => NotInAnchor().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}

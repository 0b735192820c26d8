using System.Net;
using System.Text;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Api;

/// <summary>docs/api.md shows each operation with the example that the edge's own page has. The end-to-end tests run them all.</summary>
public sealed class ApiPageTests
{
    private const string Heading = "\n## Operations\n";

    [Fact]
    public async Task DocsPage_ShowsEachOperation()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        using var user = new ApiUser(edge, edge.Token);
        var operations = await ApiOperations.ReadAsync(user);
        var page = (await user.GetAsync("/docs/api")).Text;
        var shown = new StringBuilder();
        foreach (var operation in operations)
        {
            var part = page[page.IndexOf($"<h3 id=\"{operation.Id}\">", StringComparison.Ordinal)..];
            var summary = Between(part, "\">", "</h3>");
            var example = Between(part, "<pre><code>", "</code></pre>");
            shown.Append($"\n### {summary}\n\n`{operation.Method} {operation.Path}`. {Between(part, "</code></p>\n<p>", "</p>")}\n\n```sh\n{example}\n```\n");
        }

        var path = Path.Combine(EveryOperationTests.Root(), "docs", "api.md");
        var before = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var wanted = before[..(before.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length)] + shown;
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
        {
            await File.WriteAllTextAsync(path, wanted, TestContext.Current.CancellationToken);
            before = wanted;
        }

        Assert.True(before == wanted, "The API has changed: run this test with UPDATE=1.");
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return WebUtility.HtmlDecode(text[from..text.IndexOf(end, from, StringComparison.Ordinal)]);
    }
}

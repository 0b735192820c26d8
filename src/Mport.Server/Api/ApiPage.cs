using System.Net;
using System.Text;
using Microsoft.OpenApi;

namespace Mport.Server.Api;

/// <summary>The reference page: plain HTML of the API's description, without scripts and without anything from elsewhere.</summary>
internal static class ApiPage
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Mport API</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        nav ul { columns: 18rem; padding-left: 1.2rem; }
        h2 { margin-top: 3rem; }
        h3 { margin-top: 2.5rem; }
        pre { padding: 0.8rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentcolor 30%, transparent); border-radius: 0.4rem; }
        code, pre { font: 0.9rem/1.4 ui-monospace, monospace; }
        table { border-collapse: collapse; }
        th, td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; }
        </style>
        </head>
        <body>
        <main>
        <h1>Mport API</h1>

        """;

    /// <summary>Writes the page.</summary>
    public static string Of(OpenApiDocument document)
    {
        var operations = document.Paths
            .SelectMany(path => (path.Value.Operations ?? []).Select(operation => (Path: path.Key, Method: operation.Key.Method.ToUpperInvariant(), Operation: operation.Value)))
            .ToLookup(one => one.Operation.Tags?.FirstOrDefault()?.Name ?? "");
        var page = new StringBuilder(Head);
        page.Append($"<p>{Text(document.Info.Description)} Everything here is also in <a href=\"{ApiDocument.Path}\">{ApiDocument.Path}</a>.</p>\n");
        page.Append("<p>In the examples <code>$EDGE</code> is the edge, such as <code>https://mport.example.com</code>, and <code>$TOKEN</code> a token: <code>mportd token create --user EMAIL --name NAME</code> makes one.</p>\n<nav aria-label=\"Operations\"><ul>\n");
        foreach (var (_, _, operation) in operations.SelectMany(group => group))
        {
            page.Append($"<li><a href=\"#{Text(operation.OperationId)}\">{Text(operation.Summary)}</a></li>\n");
        }

        page.Append("</ul></nav>\n");
        foreach (var group in operations)
        {
            page.Append($"<section aria-labelledby=\"tag-{Text(group.Key)}\">\n<h2 id=\"tag-{Text(group.Key)}\">{Text(group.Key)}</h2>\n");
            foreach (var (path, method, operation) in group)
            {
                Write(page, path, method, operation);
            }

            page.Append("</section>\n");
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder page, string path, string method, OpenApiOperation operation)
    {
        page.Append($"<h3 id=\"{Text(operation.OperationId)}\">{Text(operation.Summary)}</h3>\n<p><code>{method} {Text(path)}</code></p>\n<p>{Text(operation.Description)}</p>\n");
        if (operation.Parameters is { Count: > 0 } parameters)
        {
            page.Append("<table><thead><tr><th scope=\"col\">parameter</th><th scope=\"col\">in</th><th scope=\"col\"></th></tr></thead><tbody>\n");
            foreach (var parameter in parameters)
            {
                page.Append($"<tr><td><code>{Text(parameter.Name)}</code></td><td>{parameter.In?.ToString().ToLowerInvariant()}</td><td>{Text(parameter.Description)}</td></tr>\n");
            }

            page.Append("</tbody></table>\n");
        }

        page.Append($"<pre><code>{Text(CurlExample.Of(path, method, operation))}</code></pre>\n");
        page.Append($"<p>Answers: {string.Join(", ", (operation.Responses ?? []).Select(response => $"{Text(response.Key)} {Text(response.Value.Description)}"))}.</p>\n");
    }

    private static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Mport.Protocol.Errors;

namespace Mport.Server.Edge.Pages;

/// <summary>Writes the edge's pages: HTML to browsers, JSON (RFC 9457) to programs that ask for it, two or three plain lines to everybody else.</summary>
internal static class PageRenderer
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>
        """;

    private const string Style = """
        </title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; }
        code { font-size: 0.95rem; }
        footer { margin-top: 2rem; font-size: 0.9rem; }
        </style>
        </head>
        <body>
        <main>

        """;

    /// <summary>Writes an error page. The response must not have started.</summary>
    public static Task WriteAsync(HttpContext context, VisitorPage page)
    {
        var headers = context.Response.Headers;
        headers["Mport-Error"] = page.Description.Code.ToString();
        if (page.RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (page.Status == StatusCodes.Status405MethodNotAllowed)
        {
            headers.Allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        }

        foreach (var (name, value) in page.Headers)
        {
            headers[name] = value;
        }

        if (page.CloseConnection && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            headers.Connection = "close";
        }

        var particulars = page.Particulars is { } text ? Clean(text) : null;
        return WriteAsync(context, page.Status, PageFormats.Of(context.Request.Headers.Accept) switch
        {
            PageFormat.Html => ("text/html; charset=utf-8", Html(page.Description, particulars)),
            PageFormat.Json => ("application/problem+json", Json(page, particulars)),
            _ => ("text/plain; charset=utf-8", Plain(page.Description, particulars)),
        });
    }

    /// <summary>Writes the edge's own front page.</summary>
    public static Task WriteFrontAsync(HttpContext context)
    {
        const string Title = "This is an Mport edge";
        const string Text = "It gives public addresses to services that run elsewhere. Nothing else is shown at this address.";
        return WriteAsync(context, StatusCodes.Status200OK, PageFormats.Of(context.Request.Headers.Accept) == PageFormat.Html
            ? ("text/html; charset=utf-8", $"{Head}{Title}{Style}<h1>{Title}</h1>\n<p>{Text}</p>\n</main>\n</body>\n</html>\n")
            : ("text/plain; charset=utf-8", $"{Title}. {Text}\n"));
    }

    /// <summary>Writes a short text, such as a health check's.</summary>
    public static Task WriteTextAsync(HttpContext context, int status, string text) => WriteAsync(context, status, ("text/plain; charset=utf-8", text + "\n"));

    private static async Task WriteAsync(HttpContext context, int status, (string Type, string Text) content)
    {
        var response = context.Response;
        var bytes = Encoding.UTF8.GetBytes(content.Text);
        response.StatusCode = status;
        response.ContentType = content.Type;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private static string Html(ErrorDescription description, string? particulars)
    {
        var html = new StringBuilder(2048);
        html.Append(Head).Append(WebUtility.HtmlEncode(description.Title)).Append(Style);
        html.Append("<h1>").Append(WebUtility.HtmlEncode(description.Title)).Append("</h1>\n");
        if (particulars is not null)
        {
            html.Append("<p><code>").Append(WebUtility.HtmlEncode(particulars)).Append("</code></p>\n");
        }

        html.Append("<p>").Append(WebUtility.HtmlEncode(description.Why)).Append("</p>\n");
        html.Append("<p>").Append(WebUtility.HtmlEncode(description.Fix)).Append("</p>\n");
        html.Append("</main>\n<footer>Mport, error <code>").Append(description.Code).Append("</code></footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static string Plain(ErrorDescription description, string? particulars) =>
        $"{description.Code} {description.Title}. {particulars ?? description.Why}\n{description.Fix}\n";

    private static string Json(VisitorPage page, string? particulars)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", page.Description.Title);
            json.WriteNumber("status", page.Status);
            json.WriteString("code", page.Description.Code.ToString());
            json.WriteString("detail", $"{particulars ?? page.Description.Why} {page.Description.Fix}");
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    // What a client says about its target is not ours: no line breaks, no escape sequences, nothing that turns the direction of text (SEC-110).
    private static string Clean(string text) => string.Create(Math.Min(text.Length, 512), text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.GetUnicodeCategory(from[i]) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate ? ' ' : from[i];
        }
    });
}

using System.Net;
using System.Text;
using Mport.Protocol.Errors;

namespace Mport.Server.Accounts.Pages;

/// <summary>A page as it is put together. All text that comes in is escaped here.</summary>
/// <param name="title">The heading, and the browser's title.</param>
internal sealed class PageText(string title)
{
    private readonly StringBuilder _body = new();
    private string? _script;

    /// <summary>Whether the page has a script, which the content security policy must then allow.</summary>
    public bool HasScript => _script is not null;

    /// <summary>Text for HTML.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>What went wrong, which a screen reader says first.</summary>
    public PageText Alert(Failure? failure)
    {
        if (failure is not null)
        {
            _body.Append("<p role=\"alert\">").Append(Escape(failure.Text)).Append(" <small>(").Append(failure.Code).Append(")</small></p>\n");
        }

        return this;
    }

    /// <summary>What went well.</summary>
    public PageText Status(string? text) => text is null ? this : Add($"<p role=\"status\">{Escape(text)}</p>\n");

    /// <summary>A paragraph.</summary>
    public PageText Paragraph(string text) => Add($"<p>{Escape(text)}</p>\n");

    /// <summary>A heading below the page's.</summary>
    public PageText Heading(string text) => Add($"<h2>{Escape(text)}</h2>\n");

    /// <summary>A code to be compared, large.</summary>
    public PageText Code(string code) => Add($"<p class=\"code\">{Escape(code)}</p>\n");

    /// <summary>Codes to be kept.</summary>
    public PageText Secrets(IEnumerable<string> secrets) => Add($"<ul>{string.Concat(secrets.Select(secret => $"<li class=\"secret\">{Escape(secret)}</li>"))}</ul>\n");

    /// <summary>Links to other pages.</summary>
    public PageText Links(params (string Path, string Text)[] links) =>
        Add($"<nav>{string.Concat(links.Select(link => $"<a href=\"{Escape(link.Path)}\">{Escape(link.Text)}</a>"))}</nav>\n");

    /// <summary>Names and values.</summary>
    public PageText Facts(params (string Name, string Value)[] facts) =>
        Add($"<table>{string.Concat(facts.Select(fact => $"<tr><th scope=\"row\">{Escape(fact.Name)}</th><td>{Escape(fact.Value)}</td></tr>"))}</table>\n");

    /// <summary>A form.</summary>
    public PageText Form(FormText form) => Add(form.ToHtml());

    /// <summary>A form that a script of the edge's own sends.</summary>
    /// <param name="script">The script's path.</param>
    /// <param name="without">What a person reads whose browser runs none.</param>
    /// <param name="form">The form, which the script shows.</param>
    public PageText Scripted(string script, string without, FormText form)
    {
        _script = script;
        return Add($"<noscript><p role=\"alert\">{Escape(without)}</p></noscript>\n<p role=\"alert\" id=\"failure\" hidden></p>\n").Add(form.ToHtml());
    }

    /// <summary>A table whose cells are HTML already.</summary>
    public PageText Table(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows) => Add(
        $"<table><thead><tr>{string.Concat(heads.Select(head => $"<th scope=\"col\">{Escape(head)}</th>"))}</tr></thead>\n<tbody>"
        + string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{cell}</td>"))}</tr>\n")) + "</tbody></table>\n");

    /// <summary>The whole document.</summary>
    public string ToHtml() => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{Escape(title)} - Mport</title>
        <style>{PageStyle.Sheet}</style>{(_script is null ? "" : $"\n<script src=\"{Escape(_script)}\" defer></script>")}
        </head>
        <body>
        <main>
        <h1>{Escape(title)}</h1>
        {_body}</main>
        <footer>Mport</footer>
        </body>
        </html>

        """;

    private PageText Add(string html)
    {
        _body.Append(html);
        return this;
    }
}

using System.Text;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Accounts.Pages;

/// <summary>A form as it is put together.</summary>
/// <param name="action">The path that it is sent to.</param>
/// <param name="token">What proves that it comes from our page.</param>
internal sealed class FormText(string action, string token)
{
    private readonly StringBuilder _fields = new();
    private string _forScript = "";

    /// <summary>Leaves the form to the page's script, which shows it, and takes it when it is sent.</summary>
    /// <param name="what">What the script is to do.</param>
    /// <param name="next">Where it goes on when that is done.</param>
    public FormText ForScript(string what, string next)
    {
        _forScript = $" data-passkey=\"{PageText.Escape(what)}\" data-next=\"{PageText.Escape(next)}\" hidden";
        return this;
    }

    /// <summary>A value that is sent along.</summary>
    public FormText Hidden(string name, string value) => Add($"<input type=\"hidden\" name=\"{name}\" value=\"{PageText.Escape(value)}\">\n");

    /// <summary>A field with its label.</summary>
    /// <param name="name">Its name in the form.</param>
    /// <param name="label">What the person reads.</param>
    /// <param name="type"><c>text</c>, <c>email</c>, <c>password</c>.</param>
    /// <param name="autocomplete">What a password store may do with it.</param>
    /// <param name="value">What it holds to begin with.</param>
    /// <param name="hint">What is to be known about it.</param>
    public FormText Field(string name, string label, string type, string autocomplete, string value = "", string? hint = null) => Add(
        $"<label for=\"{name}\">{PageText.Escape(label)}</label>\n"
        + (hint is null ? "" : $"<p class=\"hint\" id=\"{name}-hint\">{PageText.Escape(hint)}</p>\n")
        + $"<input id=\"{name}\" name=\"{name}\" type=\"{type}\" autocomplete=\"{autocomplete}\" value=\"{PageText.Escape(value)}\" required"
        + (hint is null ? "" : $" aria-describedby=\"{name}-hint\"") + ">\n");

    /// <summary>The button that sends it.</summary>
    public FormText Button(string text) => Add($"<button>{PageText.Escape(text)}</button>\n");

    /// <summary>One of several buttons; which one was used stands in a field.</summary>
    public FormText Button(string text, string name, string value, bool isOther = false) =>
        Add($"<button name=\"{name}\" value=\"{PageText.Escape(value)}\"{(isOther ? " class=\"other\"" : "")}>{PageText.Escape(text)}</button>\n");

    /// <summary>The form.</summary>
    public string ToHtml() =>
        $"<form method=\"post\" action=\"{PageText.Escape(action)}\"{_forScript}>\n<input type=\"hidden\" name=\"{FormGuard.Field}\" value=\"{PageText.Escape(token)}\">\n{_fields}</form>\n";

    private FormText Add(string html)
    {
        _fields.Append(html);
        return this;
    }
}

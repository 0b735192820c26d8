using Microsoft.Extensions.Primitives;

namespace Mport.Server.Edge.Pages;

/// <summary>The forms that a page comes in.</summary>
internal enum PageFormat
{
    /// <summary>A few lines of text.</summary>
    Plain,

    /// <summary>For browsers.</summary>
    Html,

    /// <summary>RFC 9457.</summary>
    Json,
}

/// <summary>Chooses the form of a page.</summary>
internal static class PageFormats
{
    /// <summary>
    /// HTML for who names it, else JSON for who names that, else plain text; <c>*/*</c> names neither. Quality values are not weighed: no client
    /// that we know names both and prefers JSON.
    /// </summary>
    public static PageFormat Of(StringValues accept)
    {
        var format = PageFormat.Plain;
        foreach (var value in accept)
        {
            if (value is null)
            {
                continue;
            }

            if (value.Contains("text/html", StringComparison.OrdinalIgnoreCase))
            {
                return PageFormat.Html;
            }

            if (value.Contains("application/json", StringComparison.OrdinalIgnoreCase) || value.Contains("+json", StringComparison.OrdinalIgnoreCase))
            {
                format = PageFormat.Json;
            }
        }

        return format;
    }
}

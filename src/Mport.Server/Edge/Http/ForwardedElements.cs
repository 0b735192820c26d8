using Microsoft.Extensions.Primitives;

namespace Mport.Server.Edge.Http;

/// <summary>Reads the Forwarded header (RFC 7239): elements between commas, pairs between semicolons, values that may be quoted.</summary>
internal static class ForwardedElements
{
    /// <summary>The elements in their order. What is not well-formed gives an element without anything, so that nothing left of it is believed.</summary>
    public static IReadOnlyList<ForwardedElement> Parse(StringValues values)
    {
        var elements = new List<ForwardedElement>();
        foreach (var element in Split(values.ToString(), ','))
        {
            elements.Add(ParseElement(element));
        }

        return elements;
    }

    private static ForwardedElement ParseElement(string element)
    {
        var parsed = default(ForwardedElement);
        foreach (var pair in Split(element, ';'))
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0 || !TryUnquote(pair[(equals + 1)..], out var value))
            {
                return default;
            }

            parsed = pair[..equals].ToLowerInvariant() switch
            {
                "for" => parsed with { For = value },
                "proto" => parsed with { Proto = value },
                "host" => parsed with { Host = value },
                _ => parsed,
            };
        }

        return parsed;
    }

    // Addresses, schemes and hosts need no escapes: a quoted value with one is none of these.
    private static bool TryUnquote(string text, out string value)
    {
        value = text;
        if (text.StartsWith('"'))
        {
            value = text.Length >= 2 && text[^1] == '"' ? text[1..^1] : "\"";
        }

        return !value.AsSpan().ContainsAny('"', '\\');
    }

    private static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var isQuoted = false;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == separator && !isQuoted)
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        parts.Add(text[start..].Trim());
        return parts;
    }
}

/// <summary>One proxy's word.</summary>
/// <param name="For">Who was connected to it.</param>
/// <param name="Proto">By which scheme.</param>
/// <param name="Host">Asking for which host.</param>
internal readonly record struct ForwardedElement(string? For, string? Proto, string? Host);

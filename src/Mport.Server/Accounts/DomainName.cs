namespace Mport.Server.Accounts;

/// <summary>The form of host names and of their labels (RFC 1123: letters, digits, hyphens), in lower case.</summary>
internal static class DomainName
{
    /// <summary>Characters of a label at most.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>Whether the text is one label: 1 to 63 of a-z, 0-9 and hyphen, with no hyphen at an end.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLabelLength || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the text is a host name of one or more labels, at most 253 characters, without a dot at the end.</summary>
    public static bool IsHostName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 253)
        {
            return false;
        }

        foreach (var label in text.Split('.'))
        {
            if (!IsLabel(text[label]))
            {
                return false;
            }
        }

        return true;
    }
}

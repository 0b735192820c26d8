namespace Mport.Server.Policy;

/// <summary>A path in a rule: <c>/login</c> is that path, with or without a slash at its end; <c>/admin/*</c> is <c>/admin</c> and all below it.</summary>
internal readonly record struct PathPattern
{
    private PathPattern(string path, bool below) => (Path, Below) = (path, below);

    /// <summary>The path without what stands for the rest.</summary>
    public string Path { get; }

    /// <summary>Whether what lies below is meant too.</summary>
    public bool Below { get; }

    /// <summary>Reads a pattern. False when it is no path in its decoded form, or has a star elsewhere than at the end.</summary>
    public static bool TryParse(string text, out PathPattern pattern)
    {
        pattern = default;
        if (text == "*")
        {
            pattern = new PathPattern("", below: true);
            return true;
        }

        var below = text.EndsWith("/*", StringComparison.Ordinal);
        var path = (below ? text[..^2] : text).TrimEnd('/');
        if (!text.StartsWith('/') || path.Contains('*') || path.Contains('%') || path.Contains('?'))
        {
            return false;
        }

        var canonical = PolicyPath.Of(path.Length == 0 ? "/" : path);
        if (!canonical.IsPlain || (path.Length > 0 && canonical.Text != path))
        {
            return false;
        }

        pattern = new PathPattern(path, below);
        return true;
    }

    /// <summary>Whether a canonical path is meant.</summary>
    public bool Matches(ReadOnlySpan<char> path, StringComparison comparison)
    {
        if (!path.StartsWith(Path, comparison))
        {
            return false;
        }

        var rest = path[Path.Length..];
        return Below ? rest.IsEmpty || rest[0] == '/' : rest is "" or "/";
    }
}

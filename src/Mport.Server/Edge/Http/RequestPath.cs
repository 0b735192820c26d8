using System.Globalization;

namespace Mport.Server.Edge.Http;

/// <summary>
/// A request's path in the one form that the edge's own decisions look at: escapes undone once, no empty and no dot segments. The target gets what the visitor
/// wrote. What is no path at all, such as the asterisk of OPTIONS, is the root.
/// </summary>
internal static class RequestPath
{
    /// <summary>The form of a request target: origin-form or absolute-form.</summary>
    public static string Of(string rawTarget)
    {
        var path = TargetUri.PathOf(rawTarget);
        var query = path.IndexOf('?', StringComparison.Ordinal);
        path = query < 0 ? path : path[..query];
        return IsPlain(path) ? path : Resolve(Decode(path));
    }

    // Nearly every path: nothing to undo.
    private static bool IsPlain(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' || path[i] == '\\' || (path[i] == '/' && i + 1 < path.Length && path[i + 1] is '/' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Decode(string path)
    {
        if (!path.Contains('%', StringComparison.Ordinal))
        {
            return path;
        }

        // Bytes from 0x80 stay bytes: a prefix has ASCII alone, so how they are read does not matter.
        var text = new char[path.Length];
        var length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && byte.TryParse(path.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text[length++] = (char)code;
                i += 2;
            }
            else
            {
                text[length++] = path[i];
            }
        }

        return new string(text, 0, length);
    }

    private static string Resolve(string path)
    {
        var kept = new List<string>();
        var segments = path.Replace('\\', '/').Split('/');
        foreach (var segment in segments)
        {
            if (segment == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (segment is not ("" or "." or ".."))
            {
                kept.Add(segment);
            }
        }

        var end = segments[^1] is "" or "." or ".." && kept.Count > 0 ? "/" : "";
        return "/" + string.Join('/', kept) + end;
    }
}

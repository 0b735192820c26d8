using Microsoft.Extensions.Primitives;
using Mport.Server.Policy;

namespace Mport.Server.Edge.Http;

/// <summary>Carries out what rules change in headers.</summary>
internal static class HeaderRewrites
{
    /// <summary>Removes, sets, then adds.</summary>
    public static void Apply(HeaderChanges changes, IHeaderDictionary headers)
    {
        foreach (var name in changes.Remove)
        {
            Remove(headers, name);
        }

        foreach (var (name, _) in changes.Set)
        {
            Remove(headers, name);
        }

        foreach (var (name, value) in changes.Set)
        {
            headers[name] = StringValues.Concat(headers[name], value);
        }

        foreach (var (name, value) in changes.Add)
        {
            headers[name] = StringValues.Concat(headers[name], value);
        }
    }

    // CGI makes no difference between hyphen and underscore: X_User would reach the target as the X-User that a rule has set.
    private static void Remove(IHeaderDictionary headers, string name)
    {
        headers.Remove(name);
        List<string>? aliases = null;
        foreach (var (other, _) in headers)
        {
            if (other.Contains('_') && other.Replace('_', '-').Equals(name.Replace('_', '-'), StringComparison.OrdinalIgnoreCase))
            {
                (aliases ??= []).Add(other);
            }
        }

        foreach (var alias in aliases ?? [])
        {
            headers.Remove(alias);
        }
    }
}

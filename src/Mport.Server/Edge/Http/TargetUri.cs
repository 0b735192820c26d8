namespace Mport.Server.Edge.Http;

/// <summary>Makes the URI of the forwarded request, in which the target of the request line stays as the visitor wrote it: no escape is touched, no dot segment collapsed.</summary>
internal static class TargetUri
{
    // Only the connection pool looks at the authority; the Host header is passed on. A pool belongs to one link, so one name does for all.
    private const string Authority = "http://target";
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The URI for a request target that <see cref="RequestRules"/> has accepted.</summary>
    /// <param name="rawTarget">Origin-form, absolute-form, or the asterisk; HttpClient cannot send the last, so it becomes the root.</param>
    public static Uri Create(string rawTarget) => new(Authority + PathOf(rawTarget), AsWritten);

    /// <summary>Path and query of a request target; of the asterisk the root.</summary>
    public static string PathOf(string rawTarget)
    {
        if (rawTarget[0] == '/')
        {
            return rawTarget;
        }

        var authority = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
        {
            return "/";
        }

        var path = rawTarget.AsSpan(authority + 3).IndexOfAny('/', '?');
        if (path < 0)
        {
            return "/";
        }

        var rest = rawTarget[(authority + 3 + path)..];
        return rest[0] == '/' ? rest : "/" + rest;
    }
}

namespace Mport.Server.Edge.Http;

/// <summary>
/// Keeps one tunnel from setting cookies for all others: a cookie whose Domain is the edge's own domain, or above it, is made one for its host
/// alone (SEC-48).
/// </summary>
internal static class CookieDomain
{
    /// <summary>The Set-Cookie value without a Domain that reaches other tunnels.</summary>
    /// <param name="cookie">The value as the target sent it.</param>
    /// <param name="edgeDomain">The edge's domain, lower-case.</param>
    public static string Narrow(string cookie, string edgeDomain)
    {
        if (!cookie.Contains("domain", StringComparison.OrdinalIgnoreCase))
        {
            return cookie;
        }

        var parts = cookie.Split(';');
        var kept = parts.Where((part, index) => index == 0 || !ReachesOthers(part, edgeDomain));
        return string.Join(';', kept);
    }

    private static bool ReachesOthers(string attribute, string edgeDomain)
    {
        var equals = attribute.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !attribute.AsSpan(0, equals).Trim().Equals("domain", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var domain = attribute.AsSpan(equals + 1).Trim().TrimStart('.').TrimEnd('.').ToString();
        return domain.Length > 0
            && (edgeDomain.Equals(domain, StringComparison.OrdinalIgnoreCase) || edgeDomain.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase));
    }
}

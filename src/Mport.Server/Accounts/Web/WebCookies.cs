using System.Net;
using Mport.Protocol.Identity;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Web;

/// <summary>
/// The edge's own cookies (SEC-69). Under TLS their names begin with <c>__Host-</c>, so that no tunnel's page can set them; on plain HTTP, which is for
/// the edge's own machine alone, they cannot.
/// </summary>
internal static class WebCookies
{
    private const string SecurePrefix = "__Host-";
    private const string Session = "mport";

    // What a proxy adds: its visitors seem to be on this machine, and are not.
    private static readonly string[] _proxyHeaders = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"];

    /// <summary>Whether the request came over TLS, to the edge or to a proxy that is trusted.</summary>
    public static bool IsSecure(HttpContext context) => context.Request.IsHttps || context.Features.Get<ForwardedVisitor>()?.Scheme == "https";

    /// <summary>Whether passwords may travel on this connection: TLS, or from the edge's own machine to itself.</summary>
    public static bool IsPrivate(HttpContext context) => IsSecure(context)
        || (context.Features.Get<ForwardedVisitor>() is null && !Array.Exists(_proxyHeaders, context.Request.Headers.ContainsKey)
            && IsLoopback(context.Connection.RemoteIpAddress) && HostName.TryParse(context.Request.Headers.Host.ToString(), out var host)
            && (host.Name == "localhost" || (host.IsAddress && IPAddress.TryParse(host.Name, out var address) && IPAddress.IsLoopback(address))));

    /// <summary>The session's cookie, if the request has one that could be ours.</summary>
    public static Secret? ReadSession(HttpContext context) => OneTimeSecret.Read(Read(context, Session));

    /// <summary>Gives the browser the session's cookie. It has no end of its own: the session's counts.</summary>
    public static void WriteSession(HttpContext context, Secret cookie) => Write(context, Session, cookie.Reveal());

    /// <summary>Takes the session's cookie away.</summary>
    public static void ClearSession(HttpContext context) => context.Response.Cookies.Delete(NameOf(context, Session), OptionsOf(context));

    /// <summary>A cookie of this name, or null.</summary>
    public static string? Read(HttpContext context, string name) => context.Request.Cookies[NameOf(context, name)];

    /// <summary>Sets a cookie for this browser session.</summary>
    public static void Write(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(NameOf(context, name), value, OptionsOf(context));

    private static string NameOf(HttpContext context, string name) => IsSecure(context) ? SecurePrefix + name : name;

    private static CookieOptions OptionsOf(HttpContext context) =>
        new() { HttpOnly = true, Secure = IsSecure(context), SameSite = SameSiteMode.Lax, Path = "/" };

    private static bool IsLoopback(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}

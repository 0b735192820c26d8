using Mport.Protocol.Errors;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Web;

/// <summary>Whether a browser says that one of the edge's own pages sent a request (SEC-70). A tunnel's page is another origin, though the same site.</summary>
internal static class RequestOrigin
{
    /// <summary>The header that a script of the edge's own origin sends, and that no form and no other origin can.</summary>
    public const string Header = "Mport-Csrf";

    /// <summary>False when the browser says that the request comes from elsewhere; true when it says from here, or nothing, as programs do.</summary>
    public static bool IsPossible(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin")
        {
            return false;
        }

        return headers.Origin is not { Count: > 0 } origin || origin == OwnOrigin(context);
    }

    /// <summary>Whether a request of a program or script that is let in by its cookie may change something.</summary>
    public static bool IsCertain(HttpContext context) => IsPossible(context) && context.Request.Headers.ContainsKey(Header);

    /// <summary>
    /// Why a request from whom the edge does not know yet is not heard, or null: a password must not come in the clear, and other pages must not make a
    /// visitor's browser sign in or ask for mails.
    /// </summary>
    public static Failure? ObstacleToSigningIn(HttpContext context) =>
        !WebCookies.IsPrivate(context) ? Failure.Of(AccountErrors.SignInUnsafe)
        : !IsPossible(context) ? Failure.Of(AccountErrors.FormRefused)
        : null;

    /// <summary>The origin under which this request was sent: the name that the browser used, since that is what it compares; whose name it is was looked at before (HostRouter).</summary>
    public static string OwnOrigin(HttpContext context)
    {
        var host = context.Features.Get<ForwardedVisitor>()?.Host ?? context.Request.Headers.Host.ToString();
        return $"{(WebCookies.IsSecure(context) ? "https" : "http")}://{host}";
    }
}

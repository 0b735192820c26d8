namespace Mport.Server.Accounts.Web;

/// <summary>Joins requests and sessions by the cookie.</summary>
internal sealed class WebGate(WebSessionStore sessions)
{
    /// <summary>The session of who is signed in, or null. Whoever still owes a code is not.</summary>
    public async Task<WebSession?> FindAsync(HttpContext context) => await FindAnyAsync(context) is { AwaitsCode: false } session ? session : null;

    /// <summary>The session of who has given the password and owes the code, or null.</summary>
    public async Task<WebSession?> FindPendingAsync(HttpContext context) => await FindAnyAsync(context) is { AwaitsCode: true } session ? session : null;

    /// <summary>Gives the browser its new session; the one that it had is over (SEC-67).</summary>
    public async Task ReplaceAsync(HttpContext context, BegunWebSession begun)
    {
        await EndAsync(context);
        WebCookies.WriteSession(context, begun.Cookie);
    }

    /// <summary>Ends the browser's session, if it has one.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (WebCookies.ReadSession(context) is { } cookie)
        {
            await sessions.EndAsync(cookie, context.RequestAborted);
            WebCookies.ClearSession(context);
        }
    }

    private async Task<WebSession?> FindAnyAsync(HttpContext context) => WebCookies.ReadSession(context) is { } cookie
        ? await sessions.FindAsync(cookie, WebVisitor.Of(context), context.RequestAborted)
        : null;
}

using Mport.Server.Events;

namespace Mport.Server.Accounts.Web;

/// <summary>Joins requests and sessions by the cookie.</summary>
internal sealed class WebGate(WebSessionStore sessions, IEventLog events)
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

    /// <summary>Somebody signs out: ends the browser's session, if it has one.</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } session)
        {
            await events.ChangedAsync(EventKinds.LoginEnded, EventActor.OfUser(session.UserId, session.Email, WebVisitor.Of(context).Address), session.UserId, EventSubject.Of(session));
        }

        await EndAsync(context);
    }

    private async Task EndAsync(HttpContext context)
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

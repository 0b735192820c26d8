using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Accounts.Pages;

/// <summary>What all pages of accounts share: who asks, how forms are read, how pages are written, and what happens when something fails.</summary>
internal sealed class AccountSite(WebGate gate, FormGuard forms, ILogger<AccountSite> logger)
{
    /// <summary>Sessions by their cookies.</summary>
    public WebGate Gate => gate;

    /// <summary>A form of a page for this browser.</summary>
    public FormText Form(HttpContext context, string action) => new(action, forms.TokenFor(context));

    /// <summary>An endpoint that shows something.</summary>
    public RequestDelegate Page(Func<HttpContext, Task> handler) => context => RunAsync(context, handler);

    /// <summary>An endpoint that shows something to who is signed in; others are asked to sign in first.</summary>
    public RequestDelegate Page(Func<HttpContext, WebSession, Task> handler) => Page(context => WithSessionAsync(context, session => handler(context, session)));

    /// <summary>An endpoint that takes a form.</summary>
    public RequestDelegate Post(Func<HttpContext, PostedForm, Task> handler) => context => RunAsync(context, async _ =>
    {
        if (await forms.ReadAsync(context) is { } form)
        {
            await handler(context, form);
            return;
        }

        await WriteAsync(context, AccountErrors.FormRefused, StatusCodes.Status403Forbidden);
    });

    /// <summary>An endpoint that takes a form of who is signed in.</summary>
    public RequestDelegate Post(Func<HttpContext, PostedForm, WebSession, Task> handler) =>
        Post((context, form) => WithSessionAsync(context, session => handler(context, form, session)));

    /// <summary>Writes a page.</summary>
    public static async Task WriteAsync(HttpContext context, PageText page, int status = StatusCodes.Status200OK)
    {
        var bytes = Encoding.UTF8.GetBytes(page.ToHtml());
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = bytes.Length;
        SetHeaders(response.Headers);
        if (page.HasScript)
        {
            response.Headers.ContentSecurityPolicy = PageStyle.ScriptPolicy;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>Sends the browser on to a path of ours.</summary>
    public static Task GoAsync(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
        SetHeaders(context.Response.Headers);
        return Task.CompletedTask;
    }

    /// <summary>Writes a page that shows a failure, with when to come again.</summary>
    public static Task WriteAsync(HttpContext context, PageText page, Failure failure)
    {
        if (failure.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        }

        context.Response.Headers["Mport-Error"] = failure.Code.ToString();
        return WriteAsync(context, page, AuthStatus.Of(failure));
    }

    /// <summary>Writes a page that shows an error of the catalogue and nothing else.</summary>
    public static Task WriteAsync(HttpContext context, ErrorDescription why, int status)
    {
        context.Response.Headers["Mport-Error"] = why.Code.ToString();
        return WriteAsync(context, new PageText(why.Title).Paragraph(why.Why).Paragraph(why.Fix), status);
    }

    /// <summary>Gives the browser the session of who was let in and sends it on, or asks for the code.</summary>
    /// <returns>Why not, or null.</returns>
    public async Task<Failure?> LetInAsync(HttpContext context, SignInResult result, string path)
    {
        switch (result)
        {
            case SignInResult.SignedIn signedIn:
                await gate.ReplaceAsync(context, signedIn.Session);
                await GoAsync(context, path);
                return null;
            case SignInResult.CodeWanted wanted:
                await gate.ReplaceAsync(context, wanted.Session);
                await GoAsync(context, "/login/code?return=" + Uri.EscapeDataString(path));
                return null;
            case SignInResult.Refused refused:
                return refused.Why;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task WithSessionAsync(HttpContext context, Func<WebSession, Task> handler)
    {
        if (await gate.FindAsync(context) is { } session)
        {
            await handler(session);
            return;
        }

        // Back to the page, not to where its form is sent.
        var back = HttpMethods.IsGet(context.Request.Method) ? context.Request.Path + context.Request.QueryString : context.Request.Path.Value;
        await GoAsync(context, "/login?return=" + Uri.EscapeDataString(LocalPath.Of(back)));
    }

    private async Task RunAsync(HttpContext context, Func<HttpContext, Task> handler)
    {
        if (!WebCookies.IsPrivate(context))
        {
            await WriteAsync(context, AccountErrors.SignInUnsafe, StatusCodes.Status403Forbidden);
            return;
        }

        try
        {
            await handler(context);
        }
        catch (Exception failed) when (failed is DbException or DbUpdateException)
        {
            logger.DatabaseFailed((failed.InnerException ?? failed).Message);
            await WriteAsync(context, ProtocolErrors.EdgeUnavailable, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = PageStyle.Policy;
        // Addresses of these pages hold one-time secrets. "no-referrer" would also make browsers hide where our own forms come from.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}

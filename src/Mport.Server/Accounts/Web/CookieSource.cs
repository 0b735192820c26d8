using System.Net;
using Mport.Protocol.Errors;
using Mport.Server.Api;

namespace Mport.Server.Accounts.Web;

/// <summary>
/// API callers with a browser's session. What changes something must come from a page or script of the edge's own origin (SEC-70). Requests with a token
/// never come here, whatever cookies they have.
/// </summary>
internal sealed class CookieSource(WebGate gate) : ICallerSource
{
    /// <inheritdoc />
    public async ValueTask<CallerAnswer?> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Headers.Authorization.Count > 0 || WebCookies.ReadSession(context) is not { } cookie || await gate.FindAsync(context) is not { } session)
        {
            return null;
        }

        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!reads && !RequestOrigin.IsCertain(context))
        {
            return new CallerAnswer.Refused(AuthStatus.Problem(Failure.Of(
                AccountErrors.FormRefused, $"A request that is let in by its cookie and changes something needs the header {RequestOrigin.Header}, and must come from the edge's own origin.")));
        }

        context.Features.Set(session);
        return new CallerAnswer.Known(new ApiCaller
        {
            UserId = session.UserId,
            Email = session.Email,
            Role = session.Role,
            Scopes = session.Role.MostScopes(),
            WebSessionId = session.Id.Value,
            Credential = cookie,
            Address = context.Connection.RemoteIpAddress ?? IPAddress.None,
        });
    }
}

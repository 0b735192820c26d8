using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Pages;

/// <summary><c>/account</c>: who is signed in and where, and <c>/account/second-factor</c>.</summary>
internal sealed class AccountPages(AccountSite site, WebSessionStore sessions, AccountDesk desk, IEventLog events) : IOwnRoutes
{
    private const string FactorPath = "/account/second-factor";

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(LocalPath.Home, site.Page(ShowAsync));
        routes.MapPost("/account/sessions", site.Post(EndSessionsAsync));
        routes.MapGet(FactorPath, site.Page(ShowFactorAsync));
        routes.MapPost(FactorPath, site.Post(ChangeFactorAsync));
    }

    private async Task ShowAsync(HttpContext context, WebSession session)
    {
        var all = await sessions.ListAsync(session.UserId, context.RequestAborted);
        var page = new PageText("Your account").Status(context.Request.Query["done"].ToString() switch
        {
            "password" => "The password is changed.",
            "invite" or "register" => "The account is made.",
            "factor-off" => "The second factor is switched off.",
            _ => null,
        })
            .Facts(("Account", session.Email), ("Role", session.Role.ToText()), ("Second factor", session.HasSecondFactor ? "on" : "off"))
            .Form(site.Form(context, "/logout").Button("Sign out"))
            .Links(("/password", "Change the password"), (FactorPath, "Second factor"), (PasskeyPages.Home, "Passkeys"), ("/device", "Log a device in"))
            .Heading("Where you are signed in")
            .Table(["Browser", "Address", "Last seen (UTC)", ""], all.Select(one => Row(context, session, one)));
        if (all.Count > 1)
        {
            page.Form(site.Form(context, "/account/sessions").Button("End all others", "id", "others", isOther: true));
        }

        await AccountSite.WriteAsync(context, page);
    }

    private IEnumerable<string> Row(HttpContext context, WebSession own, WebSession one) =>
    [
        PageText.Escape(BrowserName.Of(one.UserAgent)),
        PageText.Escape(one.Address),
        PageText.Escape($"{one.LastSeenAt.UtcDateTime:yyyy-MM-dd HH:mm}"),
        one.Id == own.Id ? "this one" : site.Form(context, "/account/sessions").Button("End", "id", one.Id.Value, isOther: true).ToHtml(),
    ];

    private async Task EndSessionsAsync(HttpContext context, PostedForm form, WebSession session)
    {
        var id = form["id"];
        var ended = id == "others"
            ? await sessions.EndAllAsync(session.UserId, session.Id, context.RequestAborted) > 0
            : await sessions.EndAsync(session.UserId, new WebSessionId(id), context.RequestAborted);
        if (ended)
        {
            await events.ChangedAsync(
                EventKinds.LoginEnded, EventActor.OfUser(session.UserId, session.Email, WebVisitor.Of(context).Address), session.UserId, new EventSubject("web_session", id));
        }

        await AccountSite.GoAsync(context, LocalPath.Home);
    }

    private async Task ShowFactorAsync(HttpContext context, WebSession session)
    {
        var waiting = session.HasSecondFactor ? null : await desk.FindBegunAsync(session, context.RequestAborted);
        await AccountSite.WriteAsync(context, FactorPage(context, session, waiting, failure: null));
    }

    private async Task ChangeFactorAsync(HttpContext context, PostedForm form, WebSession session)
    {
        var visitor = WebVisitor.Of(context);
        var cancel = context.RequestAborted;
        switch (form["do"])
        {
            case "begin":
                var failure = await desk.BeginFactorAsync(session, form.Secret("password"), visitor, cancel);
                await (failure is null ? AccountSite.GoAsync(context, FactorPath) : AccountSite.WriteAsync(context, FactorPage(context, session, waiting: null, failure), failure));
                break;
            case "enable":
                var (enabled, refusal) = await desk.EnableFactorAsync(session, form["code"], visitor, cancel);
                if (enabled is null)
                {
                    refusal ??= Failure.Of(AccountErrors.CodeRefused);
                    await AccountSite.WriteAsync(context, FactorPage(context, session, await desk.FindBegunAsync(session, cancel), refusal), refusal);
                    break;
                }

                await site.Gate.ReplaceAsync(context, enabled.Session);
                await AccountSite.WriteAsync(context, CodesPage(enabled.RecoveryCodes));
                break;
            case "disable":
                var result = await desk.DisableFactorAsync(session, form.Secret("password"), visitor, cancel);
                if (await site.LetInAsync(context, result, "/account?done=factor-off") is { } wrong)
                {
                    await AccountSite.WriteAsync(context, FactorPage(context, session, waiting: null, wrong), wrong);
                }

                break;
            default:
                await AccountSite.GoAsync(context, FactorPath);
                break;
        }
    }

    private PageText FactorPage(HttpContext context, WebSession session, Secret? waiting, Failure? failure)
    {
        var page = new PageText("Second factor").Alert(failure);
        if (session.HasSecondFactor)
        {
            return page.Paragraph("Signing in asks for a code of your authenticator app after the password.")
                .Form(site.Form(context, FactorPath).Field("password", "Password", "password", "current-password").Button("Switch it off", "do", "disable", isOther: true))
                .Links((LocalPath.Home, "Back"));
        }

        if (waiting is null)
        {
            return page.Paragraph("With a second factor, signing in asks for a code of an authenticator app after the password. Tokens go on without it.")
                .Form(site.Form(context, FactorPath).Field("password", "Password", "password", "current-password").Button("Set it up", "do", "begin"))
                .Links((LocalPath.Home, "Back"));
        }

        var secret = waiting.Reveal();
        return page.Paragraph("Add an account to your authenticator app by hand, with this key (time-based, 6 digits):")
            .Secrets([string.Join(' ', secret.Chunk(4).Select(group => new string(group)))])
            .Paragraph("Or open this address on the device that has the app:")
            .Secrets([$"otpauth://totp/Mport:{Uri.EscapeDataString(session.Email)}?secret={secret}&issuer=Mport"])
            .Form(site.Form(context, FactorPath).Field("code", "Code that the app shows", "text", "one-time-code").Button("Switch it on", "do", "enable"))
            .Links((LocalPath.Home, "Back"));
    }

    private static PageText CodesPage(IReadOnlyList<Secret> codes) => new PageText("Keep these recovery codes").Status("The second factor is switched on.")
        .Paragraph("Each of them stands in once for a code of the app. They are shown only now; keep them where you would find them without your phone.")
        .Secrets(codes.Select(code => code.Reveal()))
        .Links((LocalPath.Home, "I have kept them"));
}

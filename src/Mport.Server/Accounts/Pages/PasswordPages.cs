using Mport.Protocol.Errors;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Pages;

/// <summary><c>/password</c>, by a link or for who is signed in, and <c>/invite</c>. Showing a page uses nothing up.</summary>
internal sealed class PasswordPages(AccountSite site, PasswordDesk desk, LinkStore links, InvitationStore invitations, MailDesk mails) : IOwnRoutes
{
    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/password", site.Page(context => context.Request.Query.ContainsKey("t") ? ShowLinkAsync(context) : site.Page(ShowChangeAsync)(context)));
        routes.MapPost("/password", site.Post((context, form) => form["t"].Length > 0 ? SetAsync(context, form) : ChangeAsync(context, form)));
        routes.MapGet("/invite", site.Page(ShowInvitationAsync));
        routes.MapPost("/invite", site.Post(AcceptAsync));
    }

    private async Task ShowLinkAsync(HttpContext context)
    {
        var text = context.Request.Query["t"].ToString();
        var target = OneTimeSecret.Read(text) is { } secret ? await links.FindAsync(secret, context.RequestAborted) : null;
        await (target is null ? AccountSite.WriteAsync(context, AccountErrors.LinkInvalid, StatusCodes.Status404NotFound) : AccountSite.WriteAsync(context, LinkPage(context, text, target.Email, failure: null)));
    }

    private async Task SetAsync(HttpContext context, PostedForm form)
    {
        if (OneTimeSecret.Read(form["t"]) is not { } secret || await links.FindAsync(secret, context.RequestAborted) is not { } target)
        {
            await AccountSite.WriteAsync(context, AccountErrors.LinkInvalid, StatusCodes.Status404NotFound);
            return;
        }

        if (await desk.SetByLinkAsync(secret, form.Secret("chosen"), WebVisitor.Of(context), context.RequestAborted) is { } failure)
        {
            await AccountSite.WriteAsync(context, LinkPage(context, form["t"], target.Email, failure), failure);
            return;
        }

        await AccountSite.GoAsync(context, "/login?done=password");
    }

    private Task ShowChangeAsync(HttpContext context, WebSession session) => AccountSite.WriteAsync(context, ChangePage(context, session, failure: null));

    private async Task ChangeAsync(HttpContext context, PostedForm form)
    {
        if (await site.Gate.FindAsync(context) is not { } session)
        {
            await AccountSite.GoAsync(context, "/login?return=%2Fpassword");
            return;
        }

        var result = await desk.ChangeAsync(session, form.Secret("current"), form.Secret("chosen"), WebVisitor.Of(context), context.RequestAborted);
        if (await site.LetInAsync(context, result, "/account?done=password") is { } failure)
        {
            await AccountSite.WriteAsync(context, ChangePage(context, session, failure), failure);
        }
    }

    private async Task ShowInvitationAsync(HttpContext context)
    {
        var text = context.Request.Query["t"].ToString();
        var found = mails.TakesInvitations && OneTimeSecret.Read(text) is { } secret ? await invitations.FindAsync(secret, context.RequestAborted) : null;
        await (found is null ? AccountSite.WriteAsync(context, AccountErrors.InvitationInvalid, StatusCodes.Status404NotFound) : AccountSite.WriteAsync(context, InvitationPage(context, text, found, failure: null)));
    }

    private async Task AcceptAsync(HttpContext context, PostedForm form)
    {
        if (!mails.TakesInvitations || OneTimeSecret.Read(form["t"]) is not { } secret || await invitations.FindAsync(secret, context.RequestAborted) is not { } found)
        {
            await AccountSite.WriteAsync(context, AccountErrors.InvitationInvalid, StatusCodes.Status404NotFound);
            return;
        }

        var result = await desk.AcceptAsync(secret, form.Secret("chosen"), WebVisitor.Of(context), context.RequestAborted);
        if (await site.LetInAsync(context, result, "/account?done=invite") is { } failure)
        {
            await AccountSite.WriteAsync(context, InvitationPage(context, form["t"], found, failure), failure);
        }
    }

    private PageText LinkPage(HttpContext context, string secret, string email, Failure? failure) => new PageText("Set a password").Alert(failure)
        .Paragraph($"For the account {email}. All its web sessions end when the password is set.")
        .Form(site.Form(context, "/password").Hidden("t", secret).Field("chosen", "New password", "password", "new-password", hint: PasswordRules.Hint).Button("Set the password"));

    private PageText ChangePage(HttpContext context, WebSession session, Failure? failure) => new PageText("Change the password").Alert(failure)
        .Paragraph($"For the account {session.Email}. Its other web sessions end when the password is changed; its tokens go on.")
        .Form(site.Form(context, "/password")
            .Field("current", "Current password", "password", "current-password")
            .Field("chosen", "New password", "password", "new-password", hint: PasswordRules.Hint)
            .Button("Change the password"))
        .Links((LocalPath.Home, "Back"));

    private PageText InvitationPage(HttpContext context, string secret, InvitationRecord invitation, Failure? failure) => new PageText("Accept the invitation").Alert(failure)
        .Paragraph($"You are invited to this Mport edge as {invitation.Email}, with the role {invitation.Role.ToText()}. Choose a password to make the account.")
        .Form(site.Form(context, "/invite").Hidden("t", secret).Field("chosen", "Password", "password", "new-password", hint: PasswordRules.Hint).Button("Make the account"));
}

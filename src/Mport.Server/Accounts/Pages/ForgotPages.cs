using Mport.Protocol.Errors;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Pages;

/// <summary><c>/forgot</c>: who forgot the password asks for a mail, or is told whom to ask where the edge sends none.</summary>
internal sealed class ForgotPages(AccountSite site, MailDesk mails) : IOwnRoutes
{
    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/forgot", site.Page(context => AccountSite.WriteAsync(context, mails.SendsMail ? ForgotPage(context, failure: null) : AskPage())));
        routes.MapPost("/forgot", site.Post(ForgotAsync));
    }

    private async Task ForgotAsync(HttpContext context, PostedForm form)
    {
        if (await mails.ResetPasswordAsync(form["email"], WebVisitor.Of(context), context.RequestAborted) is not { } failure)
        {
            await AccountSite.WriteAsync(context, SentPage());
            return;
        }

        await AccountSite.WriteAsync(context, mails.SendsMail ? ForgotPage(context, failure) : AskPage(), failure);
    }

    private PageText ForgotPage(HttpContext context, Failure? failure) => new PageText("Forgot the password?").Alert(failure)
        .Paragraph("Give the e-mail address of your account. You get a mail with a link, at which you set another password. The old one works until then.")
        .Form(site.Form(context, "/forgot").Field("email", "E-mail address", "email", "username").Button("Send the mail"))
        .Links(("/login", "Sign in"));

    // The same for every address.
    private static PageText SentPage() => new PageText("Look for the mail").Status("If the address has an account, a mail is on the way.")
        .Paragraph("Open the link in it within an hour. If no mail comes within some minutes, look in the folder for spam, check that the address is right, and try again.")
        .Links(("/forgot", "Another address"), ("/login", "Sign in"));

    private static PageText AskPage() => new PageText("Forgot the password?")
        .Paragraph("This edge sends no mail. Ask its administrator for a link at which you set another password.")
        .Paragraph("The administrator makes one on the edge with: mportd user reset-password EMAIL")
        .Links(("/login", "Sign in"));
}

using Mport.Protocol.Errors;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Pages;

/// <summary><c>/register</c>, which asks for an address, and <c>/confirm</c>, where its link leads. Showing a page uses nothing up.</summary>
internal sealed class RegistrationPages(AccountSite site, MailDesk mails, PasswordDesk desk, RegistrationStore registrations) : IOwnRoutes
{
    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/register", site.Page(ShowAsync));
        routes.MapPost("/register", site.Post(RegisterAsync));
        routes.MapGet("/confirm", site.Page(ShowConfirmationAsync));
        routes.MapPost("/confirm", site.Post(ConfirmAsync));
    }

    private Task ShowAsync(HttpContext context) => mails.TakesRegistrations
        ? AccountSite.WriteAsync(context, RegisterPage(context, failure: null))
        : AccountSite.WriteAsync(context, SignupErrors.RegistrationClosed, StatusCodes.Status403Forbidden);

    private async Task RegisterAsync(HttpContext context, PostedForm form)
    {
        if (await mails.RegisterAsync(form["email"], WebVisitor.Of(context), context.RequestAborted) is not { } failure)
        {
            await AccountSite.WriteAsync(context, SentPage());
            return;
        }

        await AccountSite.WriteAsync(context, RegisterPage(context, failure), failure);
    }

    private async Task ShowConfirmationAsync(HttpContext context)
    {
        var text = context.Request.Query["t"].ToString();
        await (await FindAsync(text, context.RequestAborted) is { } email
            ? AccountSite.WriteAsync(context, ConfirmPage(context, text, email, failure: null))
            : AccountSite.WriteAsync(context, SignupErrors.ConfirmationInvalid, StatusCodes.Status404NotFound));
    }

    private async Task ConfirmAsync(HttpContext context, PostedForm form)
    {
        if (OneTimeSecret.Read(form["t"]) is not { } secret || await FindAsync(form["t"], context.RequestAborted) is not { } email)
        {
            await AccountSite.WriteAsync(context, SignupErrors.ConfirmationInvalid, StatusCodes.Status404NotFound);
            return;
        }

        var result = await desk.ConfirmAsync(secret, form.Secret("chosen"), WebVisitor.Of(context), context.RequestAborted);
        if (await site.LetInAsync(context, result, "/account?done=register") is { } failure)
        {
            await AccountSite.WriteAsync(context, ConfirmPage(context, form["t"], email, failure), failure);
        }
    }

    // What was allowed when the mail was asked for need not be so any more.
    private async Task<EmailAddress?> FindAsync(string text, CancellationToken cancellationToken) =>
        OneTimeSecret.Read(text) is { } secret && await registrations.FindAsync(secret, cancellationToken) is { } email && mails.Allows(email) ? email : null;

    private PageText RegisterPage(HttpContext context, Failure? failure) => new PageText("Register").Alert(failure)
        .Paragraph("Give your e-mail address. You get a mail with a link, at which you choose a password; the account is made then.")
        .Form(site.Form(context, "/register").Field("email", "E-mail address", "email", "email").Button("Send the mail"))
        .Links(("/login", "Sign in"));

    // The address is not shown again: the page is to be the same for each that was typed.
    private static PageText SentPage() => new PageText("Look for the mail").Status("If the address can be registered, a mail is on the way.")
        .Paragraph("Open the link in it within an hour. If no mail comes within some minutes, look in the folder for spam, check that the address is right, and try again.")
        .Links(("/register", "Another address"), ("/login", "Sign in"));

    private PageText ConfirmPage(HttpContext context, string secret, EmailAddress email, Failure? failure) => new PageText("Choose a password").Alert(failure)
        .Paragraph($"{email} is confirmed when the password is set, and has an account from then on.")
        .Form(site.Form(context, "/confirm").Hidden("t", secret).Field("chosen", "Password", "password", "new-password", hint: PasswordRules.Hint).Button("Make the account"));
}

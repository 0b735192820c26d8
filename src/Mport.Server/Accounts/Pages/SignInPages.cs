using Mport.Protocol.Errors;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Pages;

/// <summary><c>/login</c>, <c>/login/code</c> and <c>/logout</c>.</summary>
internal sealed class SignInPages(AccountSite site, SignInDesk desk, PasskeySignIn passkeys, MailDesk mails) : IOwnRoutes
{
    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", site.Page(ShowAsync));
        routes.MapPost("/login", site.Post(SignInAsync));
        routes.MapGet("/login/code", site.Page(ShowCodeAsync));
        routes.MapPost("/login/code", site.Post(EnterCodeAsync));
        routes.MapPost("/logout", site.Post(SignOutAsync));
    }

    private async Task ShowAsync(HttpContext context)
    {
        var back = LocalPath.Of(context.Request.Query["return"]);
        if (await site.Gate.FindAsync(context) is not null)
        {
            await AccountSite.GoAsync(context, back);
            return;
        }

        await AccountSite.WriteAsync(context, SignInPage(context, back, failure: null).Status(context.Request.Query["done"].ToString() switch
        {
            "password" => "The password is set. Sign in with it.",
            "out" => "You are signed out.",
            _ => null,
        }));
    }

    private async Task SignInAsync(HttpContext context, PostedForm form)
    {
        var back = LocalPath.Of(form["return"]);
        var result = await desk.SignInAsync(form["email"], form.Secret("password"), WebVisitor.Of(context), context.RequestAborted);
        if (await site.LetInAsync(context, result, back) is { } failure)
        {
            await AccountSite.WriteAsync(context, SignInPage(context, back, failure), failure);
        }
    }

    private async Task ShowCodeAsync(HttpContext context)
    {
        var back = LocalPath.Of(context.Request.Query["return"]);
        await (await site.Gate.FindPendingAsync(context) is null
            ? AccountSite.GoAsync(context, "/login?return=" + Uri.EscapeDataString(back))
            : AccountSite.WriteAsync(context, CodePage(context, back, failure: null)));
    }

    private async Task EnterCodeAsync(HttpContext context, PostedForm form)
    {
        var back = LocalPath.Of(form["return"]);
        if (await site.Gate.FindPendingAsync(context) is not { } pending)
        {
            await AccountSite.GoAsync(context, "/login?return=" + Uri.EscapeDataString(back));
            return;
        }

        var result = await desk.EnterCodeAsync(pending, form["code"], WebVisitor.Of(context), context.RequestAborted);
        if (await site.LetInAsync(context, result, back) is { } failure)
        {
            await AccountSite.WriteAsync(context, CodePage(context, back, failure), failure);
        }
    }

    private async Task SignOutAsync(HttpContext context, PostedForm form)
    {
        await site.Gate.SignOutAsync(context);
        await AccountSite.GoAsync(context, "/login?done=out");
    }

    // The address is not filled in again: the page is to be the same for each that was typed.
    private PageText SignInPage(HttpContext context, string back, Failure? failure) => new PageText("Sign in").Alert(failure).Form(
        site.Form(context, "/login").Hidden("return", back)
            .Field("email", "E-mail address", "email", "username")
            .Field("password", "Password", "password", "current-password")
            .Button("Sign in"))
        .Links([.. passkeys.IsPossible ? new[] { (PasskeyPages.SignIn + "?return=" + Uri.EscapeDataString(back), "Sign in with a passkey") } : [], ("/forgot", "Forgot the password?"), .. mails.TakesRegistrations ? new[] { ("/register", "Register") } : []]);

    private PageText CodePage(HttpContext context, string back, Failure? failure) => new PageText("Enter the code").Alert(failure).Form(
        site.Form(context, "/login/code").Hidden("return", back)
            .Field("code", "Code", "text", "one-time-code", hint: "The six digits that your authenticator app shows, or one of your recovery codes.")
            .Button("Sign in"));
}

using Mport.Protocol.Errors;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Pages;

/// <summary>
/// <c>/passkeys</c>, <c>/passkeys/one</c> and <c>/login/passkey</c>. Making a passkey and asking for one needs the pages' script; renaming and removing do not.
/// </summary>
internal sealed class PasskeyPages(AccountSite site, PasskeyDesk desk, PasskeySignIn signIn) : IOwnRoutes
{
    /// <summary>Where one's own are listed.</summary>
    public const string Home = "/passkeys";

    /// <summary>Where one signs in with one.</summary>
    public const string SignIn = "/login/passkey";

    private const string One = "/passkeys/one";
    private const string NeedsScript = "Browsers hand passkeys to scripts alone, and this page has one small script of the edge's own. Allow it, or sign in with the password.";

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, site.Page(ShowAsync));
        routes.MapGet(One, site.Page((context, session) => ShowOneAsync(context, session, context.Request.Query["id"].ToString(), failure: null)));
        routes.MapPost(One, site.Post(ChangeAsync));
        routes.MapGet(SignIn, site.Page(ShowSignInAsync));
    }

    private async Task ShowAsync(HttpContext context, WebSession session)
    {
        var all = await desk.ListAsync(session, context.RequestAborted);
        var page = new PageText("Passkeys").Status(context.Request.Query["done"].ToString() switch
        {
            "added" => "The passkey is added. Sign in with it from now on.",
            "renamed" => "The passkey is renamed.",
            "removed" => "The passkey is removed. Nobody signs in with it any more.",
            _ => null,
        })
            .Paragraph("A passkey lets you in with the PIN, finger or face that your device asks for, without the password and without a code. The password stays.");
        if (all.Count > 0)
        {
            page.Table(["Name", "Added (UTC)", "Last used (UTC)", ""], all.Select(Row));
        }

        page.Heading("Add a passkey");
        if (desk.ObstacleAt(context) is { } obstacle)
        {
            page.Alert(obstacle);
        }
        else if (all.Count >= PasskeyStore.MaxPerAccount)
        {
            page.Alert(Failure.Of(PasskeyErrors.PasskeyTooMany));
        }
        else
        {
            page.Scripted(PasskeyScript.Path, NeedsScript, site.Form(context, Home).ForScript("add", Home + "?done=added")
                .Field("name", "Name", "text", "off", BrowserName.Of(WebVisitor.Of(context).UserAgent), hint: "What you call it, to know it again in this list.")
                .Field("password", "Password", "password", "current-password", hint: "Your other web sessions end when the passkey is added; tokens go on.")
                .Button("Add a passkey"));
        }

        await AccountSite.WriteAsync(context, page.Links((LocalPath.Home, "Back")));
    }

    private static IEnumerable<string> Row(PasskeyRecord one) =>
    [
        PageText.Escape(one.Name),
        PageText.Escape($"{one.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm}"),
        PageText.Escape(one.LastUsedAt is { } used ? $"{used.UtcDateTime:yyyy-MM-dd HH:mm}" : "never"),
        $"<a href=\"{One}?id={PageText.Escape(one.Id.Value)}\">Rename or remove<span class=\"unseen\"> {PageText.Escape(one.Name)}</span></a>",
    ];

    private async Task ShowOneAsync(HttpContext context, WebSession session, string id, Failure? failure)
    {
        if (await desk.FindAsync(session, id, context.RequestAborted) is not { } one)
        {
            await AccountSite.GoAsync(context, Home);
            return;
        }

        var page = new PageText("Passkey").Alert(failure)
            .Facts(("Name", one.Name), ("Copied to other devices", one.IsBackedUp ? "yes" : "no"))
            .Form(site.Form(context, One).Hidden("id", one.Id.Value).Field("name", "Name", "text", "off", one.Name).Button("Rename", "do", "rename"))
            .Heading("Remove it")
            .Paragraph("Nobody signs in with it any more, and your other web sessions end. Delete it on the device too, which else goes on offering it.")
            .Form(site.Form(context, One).Hidden("id", one.Id.Value).Field("password", "Password", "password", "current-password").Button("Remove", "do", "remove", isOther: true))
            .Links((Home, "Back"));
        await (failure is null ? AccountSite.WriteAsync(context, page) : AccountSite.WriteAsync(context, page, failure));
    }

    private async Task ChangeAsync(HttpContext context, PostedForm form, WebSession session)
    {
        var visitor = WebVisitor.Of(context);
        var cancel = context.RequestAborted;
        if (await desk.FindAsync(session, form["id"], cancel) is not { } one)
        {
            await AccountSite.GoAsync(context, Home);
            return;
        }

        if (form["do"] == "remove")
        {
            if (await site.LetInAsync(context, await desk.RemoveAsync(session, one, form.Secret("password"), visitor, cancel), Home + "?done=removed") is { } wrong)
            {
                await ShowOneAsync(context, session, one.Id.Value, wrong);
            }

            return;
        }

        if (!TokenName.TryParse(form["name"], out var name))
        {
            await ShowOneAsync(context, session, one.Id.Value, new Failure(AccountErrors.AccountFieldInvalid.Code, $"The name cannot be used. {PasskeyDesk.NameRule}"));
            return;
        }

        await (await desk.RenameAsync(session, one, name, visitor, cancel) ? AccountSite.GoAsync(context, Home + "?done=renamed") : ShowOneAsync(context, session, one.Id.Value, failure: null));
    }

    private async Task ShowSignInAsync(HttpContext context)
    {
        var back = LocalPath.Of(context.Request.Query["return"]);
        if (await site.Gate.FindAsync(context) is not null)
        {
            await AccountSite.GoAsync(context, back);
            return;
        }

        var page = new PageText("Sign in with a passkey");
        if (signIn.ObstacleAt(context) is { } obstacle)
        {
            page.Alert(obstacle);
        }
        else
        {
            page.Paragraph("Your browser or device asks which passkey, and for its PIN, your finger or your face.")
                .Scripted(PasskeyScript.Path, NeedsScript, site.Form(context, SignIn).ForScript("sign-in", back).Button("Sign in with a passkey"));
        }

        await AccountSite.WriteAsync(context, page.Links(("/login?return=" + Uri.EscapeDataString(back), "Sign in with the password")));
    }
}

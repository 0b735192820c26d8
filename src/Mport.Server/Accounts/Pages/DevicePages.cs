using Mport.Protocol.Errors;
using Mport.Server.Accounts.Devices;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Pages;

/// <summary><c>/device</c>: a person looks at the code and the name of a machine, and lets it log in or not.</summary>
internal sealed class DevicePages(AccountSite site, DeviceDesk desk) : IOwnRoutes
{
    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/device", site.Page(ShowAsync));
        routes.MapPost("/device", site.Post(DecideAsync));
    }

    private Task ShowAsync(HttpContext context, WebSession session) => context.Request.Query["code"].ToString() is { Length: > 0 } typed
        ? LookAsync(context, session, typed)
        : AccountSite.WriteAsync(context, AskPage(context, failure: null));

    private async Task DecideAsync(HttpContext context, PostedForm form, WebSession session)
    {
        if (form["decision"] is not ("approve" or "refuse") and var other)
        {
            // The code alone, from the first page.
            await (other.Length == 0 ? LookAsync(context, session, form["code"]) : AccountSite.WriteAsync(context, AskPage(context, failure: null)));
            return;
        }

        var approve = form["decision"] == "approve";
        var (device, failure) = await desk.DecideAsync(session, form["code"], approve, WebVisitor.Of(context), context.RequestAborted);
        await (device is null
            ? WriteAsync(context, failure ?? Failure.Of(AccountErrors.DeviceCodeInvalid))
            : AccountSite.WriteAsync(context, approve
                ? new PageText("The device is logged in").Status($"{device.Machine} gets a token of {session.Email} now. You can close this page.")
                    .Paragraph($"The token is called \"mport on {device.Machine}\". Revoke it when the device is not to connect any more.").Links((LocalPath.Home, "Your account"))
                : new PageText("The login was refused").Status($"{device.Machine} gets no token.").Links((LocalPath.Home, "Your account"))));
    }

    private async Task LookAsync(HttpContext context, WebSession session, string typed)
    {
        var (device, failure) = await desk.FindAsync(session, typed, context.RequestAborted);
        await (device is not null && UserCode.Read(typed) is { } code
            ? AccountSite.WriteAsync(context, ApprovePage(context, session, device, code))
            : WriteAsync(context, failure ?? Failure.Of(AccountErrors.DeviceCodeInvalid)));
    }

    private Task WriteAsync(HttpContext context, Failure failure) => AccountSite.WriteAsync(context, AskPage(context, failure), failure);

    private PageText AskPage(HttpContext context, Failure? failure) => new PageText("Log a device in").Alert(failure)
        .Paragraph("Run mport login on the device. It shows a code of eight letters; type it here.")
        .Form(site.Form(context, "/device").Field("code", "Code", "text", "off").Button("Continue"));

    private PageText ApprovePage(HttpContext context, WebSession session, WaitingDevice device, string code) => new PageText("Log this device in?")
        .Paragraph("Approve only if you have just started this login yourself, and your device shows this very code:")
        .Code(UserCode.Show(code))
        .Facts(("Device", device.Machine), ("Asked from", device.Address), ("Account", session.Email))
        .Paragraph("The device can then open tunnels in the name of the account until its token is revoked.")
        .Form(site.Form(context, "/device").Hidden("code", code).Button("Approve", "decision", "approve").Button("Refuse", "decision", "refuse", isOther: true));
}

using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Accounts;

/// <summary>From an address on a page to a tunnel that works, with mails that go through a real mail server's doors: STARTTLS and a password.</summary>
public sealed partial class RegistrationTests
{
    private const string Ann = "ann@example.com", Password = "seven tall trees in fog", MailPassword = "the mail server's own";

    [Fact]
    public async Task RegisteredPerson_ConfirmsTheAddress_LogsAMachineIn_AndHasATunnel()
    {
        using var certificate = TestCertificates.SelfSigned();
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(folder.File("authority.pem"), certificate.ExportCertificatePem());
        await using var sink = SmtpSink.Start(certificate, ("edge", MailPassword));
        var variables = new Dictionary<string, string> { ["MPORTD_SMTP_PASSWORD"] = MailPassword, ["SSL_CERT_FILE"] = folder.File("authority.pem") };
        await using var edge = await EdgeProcess.StartAsync(
            variables, "--smtp", $"localhost:{sink.Port}", "--smtp-user", "edge", "--mail-from", "mport@edge.example", "--registration", "open", "--registration-domains", "example.com");
        using var home = new ClientHome();
        using var browser = new FormBrowser(edge);
        using var api = new EdgeApi(edge);

        Assert.Equal((403, "MP-1551"), await api.AnswerAsync("/auth/register", """{"email":"ann@other.example"}"""));
        await browser.OpenAsync("/register");
        await browser.SubmitAsync("/register", ("email", Ann));
        Assert.Contains("a mail is on the way", browser.Html, StringComparison.Ordinal);
        var mail = await sink.NextAsync("the mail of the registration");
        Assert.Equal((Ann, "mport@edge.example", true, "edge"), (mail.To, mail.From, mail.Secured, mail.User));

        await browser.OpenAsync(mail.Link.OriginalString);
        await browser.SubmitAsync("/confirm", ("chosen", Password));
        Assert.Contains("The account is made", browser.Html, StringComparison.Ordinal);
        Assert.Contains(Ann, browser.Html, StringComparison.Ordinal);
        Assert.Equal(404, await api.StatusAsync(mail.Link.PathAndQuery));

        await LogInAsync(edge, home, browser);
        await using (var target = TargetServers.Echo())
        await using (var client = ClientProcess.Start(home.Environment(), "tcp", $"{target.Port}"))
        {
            var ready = await client.ReadyAsync();
            Assert.Equal("through", await Visitor.ExchangeAsync(ready, "through"));
        }

        await edge.StopAsync();
        edge.AssertNoErrorLogged();
        string[] secrets = [Password, MailPassword, mail.Link.Query[3..]];
        Assert.All(edge.Log.Lines, line => Assert.All(secrets, secret => Assert.DoesNotContain(secret, line, StringComparison.Ordinal)));
        Assert.Contains(await KindsAsync(edge), kind => kind == "registration.confirmed");
    }

    [Fact]
    public async Task MailServerAwayAndBack_AndAnEdgeThatIsKilledMeanwhile_LoseNoMail()
    {
        await using var sink = SmtpSink.Start();
        sink.IsAway = true;
        await using var edge = await EdgeProcess.StartAsync("--smtp", $"localhost:{sink.Port}", "--smtp-tls", "none", "--mail-from", "mport@edge.example");
        await edge.AddUserAsync(Ann);
        using (var browser = new FormBrowser(edge))
        {
            await browser.OpenAsync("/forgot");
            await browser.SubmitAsync("/forgot", ("email", "nobody@example.com"));
            await browser.OpenAsync("/forgot");
            await browser.SubmitAsync("/forgot", ("email", Ann));
        }

        await edge.Log.FirstAsync(line => line.Contains("MP-206", StringComparison.Ordinal), "that the mail server does not answer");
        await edge.KillAsync();
        await edge.StartAgainAsync();
        await edge.Log.FirstAsync(line => line.Contains("MP-206", StringComparison.Ordinal), "that the mail server still does not answer", limit: TimeSpan.FromMinutes(3));
        sink.IsAway = false;

        var mail = await sink.NextAsync("the mail, late");
        Assert.Equal(Ann, mail.To);
        using var later = new FormBrowser(edge);
        await later.OpenAsync(mail.Link.OriginalString);
        await later.SubmitAsync("/password", ("chosen", Password));
        await later.SubmitAsync("/login", ("email", Ann), ("password", Password));
        Assert.Contains("Your account", later.Html, StringComparison.Ordinal);
        Assert.Equal(1, sink.Received);
    }

    [Fact]
    public async Task InvitationFromTheCommandLine_IsMailed_AndATestMailIsSent()
    {
        await using var sink = SmtpSink.Start();
        await using var edge = await EdgeProcess.StartAsync();
        string[] server = ["--smtp", $"localhost:{sink.Port}", "--smtp-tls", "none", "--mail-from", "mport@edge.example"];

        Assert.Contains("took the mail", await edge.AdministerAsync(["mail", "test", Ann, .. server]), StringComparison.Ordinal);
        Assert.Contains("Test mail", (await sink.NextAsync("the test mail")).Head, StringComparison.Ordinal);
        var link = (await edge.AdministerAsync(["invite", "create", Ann, .. server])).Trim();
        var mail = await sink.NextAsync("the invitation");
        Assert.Equal(link, mail.Link.OriginalString);
        using var browser = new FormBrowser(edge);
        await browser.OpenAsync(mail.Link.OriginalString);
        await browser.SubmitAsync("/invite", ("chosen", Password));
        Assert.Contains(Ann, browser.Html, StringComparison.Ordinal);
    }

    private static async Task LogInAsync(EdgeProcess edge, ClientHome home, FormBrowser browser)
    {
        await using var login = ProgramProcess.Start(Programs.Client, ["login", $"127.0.0.1:{edge.TlsPort}", "--pin", edge.Pin, "--json"], home.Environment());
        await login.Output.FirstAsync(UserCode().IsMatch, "the code");
        var address = (await login.Errors.FirstAsync(line => line.Contains("/device?code=", StringComparison.Ordinal), "the address to approve at")).Line.Trim();
        await browser.OpenAsync(address);
        await browser.SubmitAsync("/device", ("decision", "approve"));
        Assert.Equal(0, await login.ExitAsync("the login to end"));
    }

    // As the edge's operator reads them once it has stopped.
    private static async Task<IReadOnlyList<string>> KindsAsync(EdgeProcess edge)
    {
        await edge.StartAgainAsync();
        using var api = new EdgeApi(edge);
        return [.. (await api.GetAsync("/audit?account=all&limit=100")).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("kind").GetString() ?? "")];
    }

    [GeneratedRegex("\"user_code\":\"[A-Z]{4}-[A-Z]{4}\"")]
    private static partial Regex UserCode();
}

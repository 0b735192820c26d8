using Mport.Server.Accounts.Registration;
using Mport.Server.Hosting;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Server.Tests.Mail;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Pages;

/// <summary>Registration and reset by mail, on the pages of an edge whose mail server is a test's.</summary>
public sealed class RegistrationPagesTests : IAsyncLifetime
{
    private const string Ann = "ann@example.com", Bob = "bob@example.com";
    private readonly SmtpSink _sink = SmtpSink.Start();
    private readonly SteppedClock _clock = new(TimeProvider.System);
    private RunningTestEdge _edge = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(change: Open, time: _clock);
        await _edge.AddPersonAsync(Bob);
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task RegisteredAddress_HasAnAccountOnceItsLinkWasUsed_AndTheLinkIsOverThen()
    {
        using var browser = new Browser(_edge);
        await browser.GetAsync("/login");
        Assert.Contains("href=\"/register\"", browser.Html, StringComparison.Ordinal);
        await AskAsync(browser, "/register", $" {Ann} ");
        var mail = await _sink.NextAsync("the mail");
        Assert.Equal(Ann, mail.To);

        await browser.GetAsync(mail.Link.PathAndQuery);
        await browser.SubmitAsync("/confirm", ("chosen", "too short"));
        Assert.Equal((400, "MP-1112"), (browser.Status, browser.Error));

        // SEC-42: what else the form says changes nothing.
        await browser.SubmitAsync("/confirm", ("chosen", AccountSteps.Password), ("role", "admin"), ("is_admin", "true"), ("email", "eve@example.com"));
        await browser.FollowAsync();
        Assert.Contains(Ann, browser.Html, StringComparison.Ordinal);
        Assert.Contains("<td>member</td>", browser.Html, StringComparison.Ordinal);

        using var again = new Browser(_edge);
        await again.GetAsync(mail.Link.PathAndQuery);
        Assert.Equal((404, "MP-1555"), (again.Status, again.Error));
        await again.SignInAsync(Ann, AccountSteps.Password);
        Assert.Equal(303, again.Status);
    }

    [Fact]
    public async Task LinkOfAnHourAgo_DoesNotWork() // SEC-72
    {
        using var browser = new Browser(_edge);
        await AskAsync(browser, "/register", Ann);
        var link = (await _sink.NextAsync("the mail")).Link;
        await browser.GetAsync(link.PathAndQuery);
        Assert.Equal(200, browser.Status);
        _clock.Step(RegistrationStore.Lifetime);

        await browser.SubmitAsync("/confirm", ("chosen", AccountSteps.Password));

        Assert.Equal((404, "MP-1555"), (browser.Status, browser.Error));
    }

    [Fact]
    public async Task AddressWithAnAccount_GetsAnotherMail_AndTheSameAnswer()
    {
        using var browser = new Browser(_edge);
        await AskAsync(browser, "/register", Bob);

        var mail = await _sink.NextAsync("the mail");
        Assert.Contains("You have an account", mail.Head, StringComparison.Ordinal);
        await browser.GetAsync(mail.Link.PathAndQuery);
        await browser.SubmitAsync("/password", ("chosen", "seven tall trees in fog"));
        await browser.SignInAsync(Bob, "seven tall trees in fog");
        Assert.Equal(303, browser.Status);
    }

    [Fact]
    public async Task ForgottenPassword_IsSetByAMail_AndEndsTheSessions()
    {
        using var old = new Browser(_edge);
        await old.SignInAsync(Bob, AccountSteps.Password);
        using var browser = new Browser(_edge);
        await browser.GetAsync("/login");
        Assert.Contains("href=\"/forgot\"", browser.Html, StringComparison.Ordinal);
        await AskAsync(browser, "/forgot", Bob);
        var mail = await _sink.NextAsync("the mail");

        await browser.GetAsync(mail.Link.PathAndQuery);
        await browser.SubmitAsync("/password", ("chosen", "seven tall trees in fog"));
        await browser.FollowAsync();
        Assert.Contains("The password is set", browser.Html, StringComparison.Ordinal);

        await old.GetAsync("/account");
        Assert.Equal(303, old.Status);
        await browser.GetAsync(mail.Link.PathAndQuery);
        Assert.Equal((404, "MP-1123"), (browser.Status, browser.Error));
    }

    [Fact]
    public async Task LinkIsOfTheConfiguration_WhateverTheRequestSaysItsHostIs() // SEC-72
    {
        using var browser = new Browser(_edge);
        browser.Headers["Host"] = $"127.0.0.1:{_edge.Http.Port}";
        await AskAsync(browser, "/forgot", Bob);

        Assert.Equal($"http://localhost:{_edge.Http.Port}", (await _sink.NextAsync("the mail")).Link.GetLeftPart(UriPartial.Authority));
    }

    [Fact]
    public async Task ForbiddenDomain_IsSaidOpenly_AndGetsNoMail()
    {
        using var browser = new Browser(_edge);
        foreach (var address in new[] { "ann@mail.example.com", "ann@example.com.evil.example", Bob.Replace("example.com", "other.example", StringComparison.Ordinal) })
        {
            await browser.GetAsync("/register");
            await browser.SubmitAsync("/register", ("email", address));
            Assert.Equal((403, "MP-1551"), (browser.Status, browser.Error));
        }

        foreach (var address in new[] { "ann", "ann@example.com\r\nBcc: eve@example.com", "", "(x)ann@example.com" })
        {
            await browser.GetAsync("/register");
            await browser.SubmitAsync("/register", ("email", address));
            Assert.Equal((400, "MP-1113"), (browser.Status, browser.Error));
        }

        Assert.Equal((null, 0), await _edge.Data.Accounts.Mails.LookAsync(CancellationToken.None).Limited("a look"));
    }

    [Fact]
    public async Task NetworkAddressThatAsksForMany_HasToWait()
    {
        using var browser = new Browser(_edge);
        for (var i = 0; i <= MailThrottle.FreePerAddress; i++)
        {
            await AskAsync(browser, "/register", $"user{i}@example.com");
        }

        await browser.GetAsync("/forgot");
        await browser.SubmitAsync("/forgot", ("email", Bob));
        Assert.Equal((429, "MP-1554"), (browser.Status, browser.Error));
        Assert.NotNull(browser.Response?.Headers.RetryAfter);
    }

    [Fact]
    public async Task Api_TakesTheSameWishes()
    {
        using var api = new ApiUser(_edge, (string?)null);
        Assert.Equal(202, (await api.PostAsync("/api/v1/auth/register", $$"""{"email":"{{Ann}}"}""")).Status);
        Assert.Equal(Ann, (await _sink.NextAsync("the mail")).To);
        Assert.Equal(202, (await api.PostAsync("/api/v1/auth/password", $$"""{"email":"{{Bob}}"}""")).Status);
        Assert.Equal(Bob, (await _sink.NextAsync("the mail")).To);
        Assert.Equal(403, (await api.PostAsync("/api/v1/auth/register", """{"email":"ann@other.example"}""")).Status);
        Assert.Equal(422, (await api.PostAsync("/api/v1/auth/register", """{"email":"ann"}""")).Status);
    }

    [Fact]
    public async Task InvitationByApi_IsMailed()
    {
        using var api = new ApiUser(_edge, await _edge.AdminTokenAsync());

        var answer = await api.PostAsync("/api/v1/invitations", """{"email":"guest@other.example"}""");

        Assert.Equal(201, answer.Status);
        Assert.Contains("\"mailed\":true", answer.Text, StringComparison.Ordinal);
        var mail = await _sink.NextAsync("the mail");
        Assert.Equal("guest@other.example", mail.To);
        Assert.Contains(mail.Link.OriginalString, answer.Text, StringComparison.Ordinal);
    }

    private static async Task AskAsync(Browser browser, string path, string email)
    {
        await browser.GetAsync(path);
        await browser.SubmitAsync(path, ("email", email));
        Assert.Equal(200, browser.Status);
        Assert.Contains("a mail is on the way", browser.Html, StringComparison.Ordinal);
    }

    private EdgeSettings Open(EdgeSettings settings) => settings with
    {
        Mail = _sink.Options(),
        Registration = new RegistrationOptions { Mode = RegistrationMode.Open, Domains = MailDomains.Parse("example.com") ?? MailDomains.All },
    };
}

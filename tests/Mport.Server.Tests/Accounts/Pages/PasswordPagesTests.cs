using Mport.Server.Accounts;
using Mport.Server.Accounts.Links;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Pages;

public sealed class PasswordPagesTests : IAsyncLifetime
{
    private const string Ann = "ann@example.com";
    private const string Chosen = "seven tall trees in fog";
    private RunningTestEdge _edge = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync();
        await _edge.AddPersonAsync(Ann);
    }

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    [Fact]
    public async Task Link_SetsThePasswordOnce_AndSignsNobodyIn() // SEC-64, SEC-72
    {
        var link = await _edge.LinkAsync("owner@localhost");
        using var browser = new Browser(_edge);
        await browser.GetAsync(link);
        await browser.GetAsync(link);
        Assert.Equal(200, browser.Status);
        await browser.SubmitAsync("/password", ("chosen", "too short"));
        Assert.Equal((400, "MP-1112"), (browser.Status, browser.Error));
        await browser.SubmitAsync("/password", ("chosen", "password1234"));
        Assert.Equal((400, "MP-1125"), (browser.Status, browser.Error));
        var form = browser.Html;

        await browser.SubmitAsync("/password", ("chosen", Chosen));
        Assert.Equal("/login?done=password", browser.Location);
        Assert.Equal("", browser.SessionCookie);
        await browser.GetAsync(link);
        Assert.Equal((404, "MP-1123"), (browser.Status, browser.Error));

        await browser.SignInAsync("owner@localhost", Chosen);
        Assert.Equal(303, browser.Status);
        Assert.Contains("name=\"t\"", form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForeignHost_DoesNotShowInLinks() // SEC-72
    {
        var links = new AccountLinks();
        links.Bound("tunnels.example", 8080, 8443);
        Assert.Equal("https://tunnels.example:8443/device", links.Device);
        using var browser = new Browser(_edge);
        browser.Headers["Host"] = "evil.example";

        await browser.GetAsync("/login");

        Assert.Equal(404, browser.Status);
        Assert.DoesNotContain("evil.example", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_NeedsTheOldPassword_AndEndsAllOtherSessions() // SEC-67, SEC-68
    {
        using var browser = new Browser(_edge);
        await browser.SignInAsync(Ann, AccountSteps.Password);
        using var other = new Browser(_edge);
        await other.SignInAsync(Ann, AccountSteps.Password);
        await browser.GetAsync("/password");
        await browser.SubmitAsync("/password", ("current", "not the password"), ("chosen", Chosen));
        Assert.Equal((400, "MP-1120"), (browser.Status, browser.Error));
        var before = browser.SessionCookie;

        await browser.SubmitAsync("/password", ("current", AccountSteps.Password), ("chosen", Chosen));
        Assert.Equal("/account?done=password", browser.Location);
        Assert.NotEqual(before, browser.SessionCookie);
        await browser.FollowAsync();
        Assert.Equal(200, browser.Status);

        await other.GetAsync("/account");
        Assert.Equal(303, other.Status);
        other.SetSessionCookie(before);
        await other.GetAsync("/account");
        Assert.Equal(303, other.Status);
        await other.SignInAsync(Ann, AccountSteps.Password);
        Assert.Equal("MP-1120", other.Error);
    }

    [Fact]
    public async Task Invitation_MakesTheAccountOnce_WithItsRole()
    {
        Assert.True(EmailAddress.TryParse("new@example.com", out var email));
        var issued = await _edge.Data.Accounts.Invitations.CreateAsync(email, UserRole.Auditor, TimeSpan.FromDays(7), by: null, CancellationToken.None).Limited("an invitation");
        Assert.NotNull(issued);
        var path = $"/invite?t={issued.Secret.Reveal()}";
        using var browser = new Browser(_edge);
        await browser.GetAsync(path);
        Assert.Contains("new@example.com", browser.Html, StringComparison.Ordinal);

        await browser.SubmitAsync("/invite", ("chosen", Chosen), ("email", "other@example.com"), ("role", "admin"), ("isAdmin", "true"));
        await browser.FollowAsync();

        Assert.Contains("new@example.com", browser.Html, StringComparison.Ordinal);
        Assert.Contains("auditor", browser.Html, StringComparison.Ordinal);
        var user = await _edge.Data.Users.FindAsync(email, CancellationToken.None).Limited("the account");
        Assert.Equal(UserRole.Auditor, user?.Role);
        await browser.GetAsync(path);
        Assert.Equal((404, "MP-1126"), (browser.Status, browser.Error));
    }

    [Fact]
    public async Task RevokedInvitation_MakesNoAccount()
    {
        Assert.True(EmailAddress.TryParse("new@example.com", out var email));
        var issued = await _edge.Data.Accounts.Invitations.CreateAsync(email, UserRole.Member, TimeSpan.FromDays(7), by: null, CancellationToken.None).Limited("an invitation");
        Assert.NotNull(issued);
        using var browser = new Browser(_edge);
        await browser.GetAsync($"/invite?t={issued.Secret.Reveal()}");
        Assert.True(await _edge.Data.Accounts.Invitations.RevokeAsync(issued.Id, CancellationToken.None).Limited("the revocation"));

        await browser.SubmitAsync("/invite", ("chosen", Chosen));

        Assert.Equal((404, "MP-1126"), (browser.Status, browser.Error));
        Assert.Null(await _edge.Data.Users.FindAsync(email, CancellationToken.None).Limited("no account"));
    }
}

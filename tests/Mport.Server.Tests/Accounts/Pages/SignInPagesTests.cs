using System.Net.Http;
using Mport.Protocol.Identity;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Pages;

public sealed class SignInPagesTests : IAsyncLifetime
{
    private const string Ann = "ann@example.com";
    private RunningTestEdge _edge = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync();
        await _edge.AddPersonAsync(Ann);
    }

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    [Fact]
    public async Task RightPassword_LeadsToTheAccount_InASessionThatEndsWithSigningOut()
    {
        using var browser = new Browser(_edge);
        await browser.SignInAsync(Ann, AccountSteps.Password);
        await browser.FollowAsync();
        Assert.Equal(200, browser.Status);
        Assert.Contains(Ann, browser.Html, StringComparison.Ordinal);
        var old = browser.SessionCookie;

        await browser.SubmitAsync("/logout");

        // SEC-68: the old cookie is dead, not only gone from the browser.
        using var thief = new Browser(_edge);
        thief.SetSessionCookie(old);
        await thief.GetAsync("/account");
        Assert.Equal((303, "/login?return=%2Faccount"), (thief.Status, thief.Location));
    }

    [Fact]
    public async Task WrongPassword_AndUnknownAccount_LookTheSame() // SEC-63
    {
        using var known = new Browser(_edge);
        await known.SignInAsync(Ann, "a wrong password");
        using var unknown = new Browser(_edge);
        await unknown.SignInAsync("nobody@example.com", "a wrong password");
        using var nonsense = new Browser(_edge);
        await nonsense.SignInAsync("no address", "a wrong password");

        Assert.Equal((400, "MP-1120"), (known.Status, known.Error));
        Assert.Equal((known.Status, known.Error, known.Html.Length), (unknown.Status, unknown.Error, unknown.Html.Length));
        Assert.Equal((known.Status, known.Error, known.Html.Length), (nonsense.Status, nonsense.Error, nonsense.Html.Length));
        Assert.Equal("", known.SessionCookie);
    }

    [Fact]
    public async Task Session_HasANewIdAfterEachSignIn() // SEC-67
    {
        using var browser = new Browser(_edge);
        browser.SetSessionCookie(new string('A', 43));
        await browser.SignInAsync(Ann, AccountSteps.Password);
        var first = browser.SessionCookie;
        Assert.NotEqual(new string('A', 43), first);
        await browser.GetAsync("/account");
        var page = browser.Html;
        await browser.SubmitAsync("/logout");
        await browser.SignInAsync(Ann, AccountSteps.Password);

        Assert.NotEqual(first, browser.SessionCookie);
        Assert.Contains("this one", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyFailures_MakeTheirAddressWait_AndSessionsGoOn() // SEC-62
    {
        using var user = new Browser(_edge);
        await user.SignInAsync(Ann, AccountSteps.Password);
        using var guesser = new Browser(_edge);
        for (var i = 0; i < 11; i++)
        {
            await guesser.SignInAsync(Ann, $"wrong password {i}");
            Assert.Equal("MP-1120", guesser.Error);
        }

        await guesser.SignInAsync(Ann, AccountSteps.Password);
        Assert.Equal((429, "MP-1122"), (guesser.Status, guesser.Error));
        Assert.NotNull(guesser.Response?.Headers.RetryAfter);
        await user.GetAsync("/account");
        Assert.Equal(200, user.Status);
    }

    [Fact]
    public async Task DisabledAccount_IsOutAtOnce() // SEC-68
    {
        using var browser = new Browser(_edge);
        await browser.SignInAsync(Ann, AccountSteps.Password);
        Assert.True(Mport.Server.Accounts.EmailAddress.TryParse(Ann, out var address));

        await _edge.Data.Users.SetEnabledAsync(address, enabled: false, CancellationToken.None).Limited("the account to change");

        await browser.GetAsync("/account");
        Assert.Equal(303, browser.Status);
        await browser.SignInAsync(Ann, AccountSteps.Password);
        Assert.Equal("MP-1106", browser.Error);
    }

    [Fact]
    public async Task FormFromElsewhere_IsRefused() // SEC-70
    {
        using var browser = new Browser(_edge);
        await browser.SignInAsync(Ann, AccountSteps.Password);
        await browser.GetAsync("/account");
        foreach (var (name, value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Site", "none"), ("Origin", "http://app.localhost"), ("Origin", "null") })
        {
            var page = browser.Html;
            browser.Headers.Clear();
            browser.Headers[name] = value;
            await browser.SubmitAsync("/logout");
            Assert.Equal((403, "MP-1124"), (browser.Status, browser.Error));
            browser.Headers.Clear();
            await browser.GetAsync("/account");
            Assert.Equal(200, browser.Status);
        }

        await browser.PostAsync("/logout", []);
        Assert.Equal(403, browser.Status);
        await browser.PostAsync("/logout", new() { ["form"] = new string('A', 43) });
        Assert.Equal(403, browser.Status);
        await browser.GetAsync("/logout");
        Assert.Equal(404, browser.Status);
        await browser.GetAsync("/account");
        Assert.Equal(200, browser.Status);
    }

    [Fact]
    public async Task FormOfAnotherBrowser_IsRefused()
    {
        using var browser = new Browser(_edge);
        using var other = new Browser(_edge);
        await browser.GetAsync("/login");
        await other.GetAsync("/login");
        var form = System.Text.RegularExpressions.Regex.Match(other.Html, "name=\"form\" value=\"([^\"]*)\"").Groups[1].Value;

        await browser.SubmitAsync("/login", ("form", form), ("email", Ann), ("password", AccountSteps.Password));

        Assert.Equal("MP-1124", browser.Error);
    }

    [Fact]
    public async Task Page_HasNoScript_AndStrictHeaders()
    {
        using var browser = new Browser(_edge);
        await browser.GetAsync("/login");

        Assert.DoesNotContain("<script", browser.Html, StringComparison.OrdinalIgnoreCase);
        var policy = Assert.Single(browser.Response!.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", browser.Response.Headers.CacheControl?.ToString());
        var cookie = Assert.Single(browser.Response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task CookiesUnderTls_BelongToThisHostAlone() // SEC-69
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && CertificatePin.Of(shown.GetRawCertData()) == _edge.Pin } });
        using var response = await http.GetAsync(new Uri($"https://{_edge.Tls}/login"), TestContext.Current.CancellationToken).Limited("the page");

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-mport-form=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    public async Task ReturnElsewhere_IsNotFollowed(string to) // SEC-71
    {
        using var browser = new Browser(_edge);
        await browser.GetAsync("/login?return=" + Uri.EscapeDataString(to));
        await browser.SubmitAsync("/login", ("email", Ann), ("password", AccountSteps.Password));

        Assert.Equal((303, "/account"), (browser.Status, browser.Location));
    }

    [Fact]
    public async Task PlainHttpThroughAProxy_IsRefused()
    {
        using var browser = new Browser(_edge);
        browser.Headers["X-Forwarded-For"] = "203.0.113.9";
        await browser.GetAsync("/login");

        Assert.Equal((403, "MP-1134"), (browser.Status, browser.Error));
    }

    [Fact]
    public async Task OldHash_IsUpgradedAtSignIn() // SEC-60
    {
        Assert.True(Mport.Server.Accounts.EmailAddress.TryParse("old@example.com", out var address));
        var weak = new Microsoft.AspNetCore.Identity.PasswordHasher<object>().HashPassword(new object(), AccountSteps.Password);
        Assert.True(Mport.Server.Accounts.Passwords.PasswordHasher.IsOutdated(weak));
        await _edge.Data.Users.AddAsync(new Mport.Server.Accounts.NewUser { Email = address, PasswordHash = weak }, CancellationToken.None).Limited("the account");
        using var browser = new Browser(_edge);

        await browser.SignInAsync("old@example.com", AccountSteps.Password);

        Assert.Equal(303, browser.Status);
        var after = await _edge.Data.Accounts.Credentials.FindAsync(address, CancellationToken.None).Limited("the account");
        Assert.False(Mport.Server.Accounts.Passwords.PasswordHasher.IsOutdated(after?.PasswordHash ?? ""));
        await browser.FollowAsync();
        Assert.Equal(200, browser.Status);
    }
}

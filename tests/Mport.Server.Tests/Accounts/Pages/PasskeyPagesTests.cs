using System.Net.Http;
using System.Text.RegularExpressions;
using Mport.Server.Tests.Accounts.Passkeys;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Pages;

/// <summary>The pages of passkeys; what their script does is tried with a real browser's virtual authenticator by hand, and its requests in the API's tests.</summary>
public sealed class PasskeyPagesTests : IAsyncLifetime
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
    public async Task SignInPage_LeadsToPasskeys_AndKeepsTheWay()
    {
        using var browser = new Browser(_edge);
        await browser.GetAsync("/login?return=%2Fdevice");
        Assert.Contains("href=\"/login/passkey?return=%2Fdevice\"", browser.Html, StringComparison.Ordinal);

        await browser.GetAsync("/login/passkey?return=%2Fdevice");
        Assert.Contains("data-passkey=\"sign-in\" data-next=\"/device\"", browser.Html, StringComparison.Ordinal);
        Assert.Contains("<noscript>", browser.Html, StringComparison.Ordinal);

        // SEC-71
        await browser.GetAsync("/login/passkey?return=%2F%2Fevil.example");
        Assert.Contains("data-next=\"/account\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagesOfPasskeys_HaveOneScriptOfTheEdge_AndNoOtherPageHasAny()
    {
        using var browser = new Browser(_edge);
        await browser.SignInAsync(Ann, AccountSteps.Password);
        foreach (var path in (string[])["/passkeys", "/account", "/account/second-factor", "/password", "/device"])
        {
            await browser.GetAsync(path);
            Assert.Equal(200, browser.Status);
            var policy = Policy(browser);
            Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            var scripts = Regex.Matches(browser.Html, "<script[^>]*>").Select(match => match.Value);
            Assert.Equal(path == "/passkeys" ? ["<script src=\"/passkeys.js\" defer>"] : [], scripts);
            Assert.Equal(path == "/passkeys", policy.EndsWith("; script-src 'self'; connect-src 'self'", StringComparison.Ordinal));
            Assert.DoesNotContain(" on", Regex.Match(browser.Html, "<(?:form|button|input|body)[^>]* on[a-z]+=").Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Script_IsServedAsOne_AndKeptByItsTag()
    {
        using var browser = new Browser(_edge);
        await browser.GetAsync("/passkeys.js");
        Assert.Equal((200, "text/javascript"), (browser.Status, browser.Response?.Content.Headers.ContentType?.MediaType));
        Assert.Equal("nosniff", string.Concat(browser.Response?.Headers.GetValues("X-Content-Type-Options") ?? []));
        Assert.Contains("navigator.credentials", browser.Html, StringComparison.Ordinal);

        browser.Headers["If-None-Match"] = browser.Response?.Headers.ETag?.Tag ?? "";
        await browser.GetAsync("/passkeys.js");
        Assert.Equal((304, ""), (browser.Status, browser.Html));
    }

    [Fact]
    public async Task Passkey_IsRenamedAndRemoved_WithoutScripts()
    {
        using var person = new PasskeyPerson(_edge);
        using var device = person.NewDevice();
        await person.PasswordAsync(Ann);
        Assert.Equal(201, (await person.AddAsync(device, "<b>Phone</b>")).Status);
        using var browser = new Browser(_edge);
        browser.SetSessionCookie(person.Cookie.Split('=')[1]);
        await browser.GetAsync("/passkeys");
        Assert.Contains("&lt;b&gt;Phone&lt;/b&gt;", browser.Html, StringComparison.Ordinal); // SEC-80
        Assert.DoesNotContain("<b>", browser.Html, StringComparison.Ordinal);
        var one = Regex.Match(browser.Html, "/passkeys/one\\?id=pky_[0-9A-Z]{26}").Value;

        await browser.GetAsync(one);
        await browser.SubmitAsync("/passkeys/one", ("name", "Key"), ("do", "rename"));
        await browser.FollowAsync();
        Assert.Contains("<td>Key</td>", browser.Html, StringComparison.Ordinal);
        await browser.GetAsync(one);
        await browser.SubmitAsync("/passkeys/one", ("name", " "), ("do", "rename"));
        Assert.Equal((400, "MP-1113"), (browser.Status, browser.Error));

        await browser.GetAsync(one);
        await browser.SubmitAsync("/passkeys/one", ("password", "password of another site"), ("do", "remove"));
        Assert.Equal((400, "MP-1120"), (browser.Status, browser.Error));
        await browser.SubmitAsync("/passkeys/one", ("password", AccountSteps.Password), ("do", "remove"));
        Assert.Equal("/passkeys?done=removed", browser.Location);
        await browser.FollowAsync();
        Assert.Contains("The passkey is removed.", browser.Html, StringComparison.Ordinal);
        Assert.Equal(400, (await person.SignInAsync(device)).Status);
    }

    [Fact]
    public async Task AtAnotherAddressOfTheEdge_ThePagesSaySo()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{_edge.Http.Port}") };

        var page = await http.GetStringAsync("/login/passkey", TestContext.Current.CancellationToken).Limited("the page");

        Assert.Contains("MP-1563", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfAnotherAccount_IsNotThere() // SEC-40
    {
        await _edge.AddPersonAsync("bob@example.com");
        using var person = new PasskeyPerson(_edge);
        using var device = person.NewDevice();
        await person.PasswordAsync(Ann);
        var id = (await person.AddAsync(device))["id"] ?? "";
        using var bob = new Browser(_edge);
        await bob.SignInAsync("bob@example.com", AccountSteps.Password);

        await bob.GetAsync("/passkeys/one?id=" + id);
        Assert.Equal("/passkeys", bob.Location);
        await bob.GetAsync("/account/second-factor");
        await bob.PostAsync("/passkeys/one", new() { ["form"] = Regex.Match(bob.Html, "name=\"form\" value=\"([^\"]*)\"").Groups[1].Value, ["id"] = id, ["do"] = "remove", ["password"] = AccountSteps.Password });
        Assert.Equal("/passkeys", bob.Location);
        Assert.Single(await person.ListAsync());
    }

    private static string Policy(Browser browser) => string.Join(' ', browser.Response?.Headers.GetValues("Content-Security-Policy") ?? []);
}

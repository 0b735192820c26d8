using Mport.Server.Accounts;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Accounts.Web;

/// <summary>The API for a browser's scripts.</summary>
public sealed class CookieApiTests : IAsyncLifetime
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
    public async Task SignIn_SetsACookieThatLetsIn_AndSignOutEndsIt()
    {
        using var user = new ApiUser(_edge, (string?)null);
        var reply = await user.PostAsync("/api/v1/auth/login", Login(AccountSteps.Password));
        Assert.Equal((200, "signed_in"), (reply.Status, reply["state"]));
        var cookie = CookieOf(reply);
        Assert.Equal((200, Ann), await MeAsync(user, cookie));
        Assert.Equal("MP-1124", (await user.PostAsync("/api/v1/auth/logout", "{}", ("Cookie", cookie))).Code);

        Assert.Equal(204, (await user.SendAsync("POST", "/api/v1/auth/logout", headers: [("Cookie", cookie), ("Mport-Csrf", "1")])).Status);

        Assert.Equal(401, (await user.SendAsync("GET", "/api/v1/me", headers: ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task Change_WithACookie_NeedsTheHeaderAndTheOwnOrigin() // SEC-70
    {
        using var user = new ApiUser(_edge, (string?)null);
        var cookie = CookieOf(await user.PostAsync("/api/v1/auth/login", Login(AccountSteps.Password)));
        (string, string)[][] refused =
        [
            [("Cookie", cookie)],
            [("Cookie", cookie), ("Mport-Csrf", "1"), ("Origin", "http://app.localhost")],
            [("Cookie", cookie), ("Mport-Csrf", "1"), ("Sec-Fetch-Site", "cross-site")],
            [("Cookie", cookie), ("Mport-Csrf", "1"), ("Sec-Fetch-Site", "same-site")],
        ];
        foreach (var headers in refused)
        {
            var reply = await user.SendAsync("DELETE", "/api/v1/me/sessions/web_none", headers: headers);
            Assert.Equal((403, "MP-1124"), (reply.Status, reply.Code));
        }

        Assert.Equal(404, (await user.SendAsync("DELETE", "/api/v1/me/sessions/web_none", headers: [("Cookie", cookie), ("Mport-Csrf", "1"), ("Sec-Fetch-Site", "same-origin")])).Status);
    }

    [Fact]
    public async Task Token_IgnoresTheCookie() // SEC-70
    {
        using var nobody = new ApiUser(_edge, (string?)null);
        var cookie = CookieOf(await nobody.PostAsync("/api/v1/auth/login", Login(AccountSteps.Password)));
        using var owner = new ApiUser(_edge, _edge.Token);
        using var wrong = new ApiUser(_edge, "Bearer mpt_wrong");

        Assert.Equal((200, "owner@localhost"), await MeAsync(owner, cookie));
        Assert.Equal(401, (await wrong.SendAsync("GET", "/api/v1/me", headers: ("Cookie", cookie))).Status);
        Assert.Equal((401, "MP-1133"), await CodeAsync(owner.SendAsync("GET", "/api/v1/me/sessions", headers: ("Cookie", cookie))));
    }

    [Fact]
    public async Task Sessions_AreListedAndEndedOneByOne()
    {
        using var user = new ApiUser(_edge, (string?)null);
        var first = CookieOf(await user.PostAsync("/api/v1/auth/login", Login(AccountSteps.Password)));
        var second = CookieOf(await user.PostAsync("/api/v1/auth/login", Login(AccountSteps.Password)));
        var list = (await user.SendAsync("GET", "/api/v1/me/sessions", headers: ("Cookie", second))).Json.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(2, list.Count);
        var other = list.Single(one => !one.GetProperty("current").GetBoolean()).GetProperty("id").GetString();

        Assert.Equal(204, (await user.SendAsync("DELETE", $"/api/v1/me/sessions/{other}", headers: [("Cookie", second), ("Mport-Csrf", "1")])).Status);

        Assert.Equal(401, (await user.SendAsync("GET", "/api/v1/me", headers: ("Cookie", first))).Status);
        Assert.Equal((200, Ann), await MeAsync(user, second));
    }

    [Fact]
    public async Task WrongPassword_AndUnknownAccount_GetTheSameAnswer() // SEC-63
    {
        using var user = new ApiUser(_edge, (string?)null);
        var known = await user.PostAsync("/api/v1/auth/login", Login("a wrong password"));
        var unknown = await user.PostAsync("/api/v1/auth/login", Login("a wrong password", "nobody@example.com"));

        Assert.Equal((400, "MP-1120"), (known.Status, known.Code));
        Assert.Equal((known.Status, known.Code, known["detail"], known.Text.Length), (unknown.Status, unknown.Code, unknown["detail"], unknown.Text.Length));
    }

    [Fact]
    public async Task Roles_DecideAboutInvitationsAndLinks() // SEC-41, SEC-42
    {
        await _edge.AddPersonAsync("admin@example.com", UserRole.Admin);
        await _edge.AddPersonAsync("auditor@example.com", UserRole.Auditor);
        using var user = new ApiUser(_edge, (string?)null);
        foreach (var (email, status) in new[] { (Ann, 403), ("auditor@example.com", 403), ("admin@example.com", 201) })
        {
            var cookie = CookieOf(await user.PostAsync("/api/v1/auth/login", Login(AccountSteps.Password, email)));
            (string, string)[] headers = [("Cookie", cookie), ("Mport-Csrf", "1")];
            var reply = await user.PostAsync("/api/v1/invitations", """{"email":"new@example.com","role":"member"}""", headers);
            Assert.Equal(status, reply.Status);
            Assert.Equal(status == 201 ? 200 : 403, (await user.SendAsync("GET", "/api/v1/invitations", headers: headers)).Status);
            Assert.Equal(status == 201 ? 200 : 403, (await user.PostAsync("/api/v1/password-links", $$"""{"email":"{{Ann}}"}""", headers)).Status);
            Assert.Equal(403, (await user.PostAsync("/api/v1/password-links", """{"email":"owner@localhost"}""", headers)).Status);
        }
    }

    [Fact]
    public async Task Invitation_IsListedWithoutItsLink_AndRevoked()
    {
        await _edge.AddPersonAsync("admin@example.com", UserRole.Admin);
        using var user = new ApiUser(_edge, (string?)null);
        var cookie = CookieOf(await user.PostAsync("/api/v1/auth/login", Login(AccountSteps.Password, "admin@example.com")));
        (string, string)[] headers = [("Cookie", cookie), ("Mport-Csrf", "1")];
        var made = new List<string?>();
        foreach (var name in new[] { "one", "two", "three" })
        {
            var reply = await user.PostAsync("/api/v1/invitations", $$"""{"email":"{{name}}@example.com"}""", headers);
            Assert.StartsWith($"http://localhost:{_edge.Http.Port}/invite?t=", reply["link"], StringComparison.Ordinal);
            made.Add(reply["id"]);
        }

        var first = await user.SendAsync("GET", "/api/v1/invitations?limit=2", headers: headers);
        Assert.DoesNotContain("link", first.Text, StringComparison.Ordinal);
        var second = await user.SendAsync("GET", $"/api/v1/invitations?limit=2&cursor={first["next_cursor"]}", headers: headers);
        Assert.Equal(Enumerable.Reverse(made), new[] { first, second }.SelectMany(page => page.Json.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString())));

        Assert.Equal(204, (await user.SendAsync("DELETE", $"/api/v1/invitations/{made[0]}", headers: headers)).Status);
        Assert.Equal(404, (await user.SendAsync("DELETE", $"/api/v1/invitations/{made[0]}", headers: headers)).Status);
    }

    private static string Login(string password, string email = Ann) => $$"""{"email":"{{email}}","password":"{{password}}"}""";

    private static string CookieOf(ApiReply reply) => reply.Headers["Set-Cookie"].Split(", ").Single(cookie => cookie.StartsWith("mport=", StringComparison.Ordinal)).Split(';')[0];

    private static async Task<(int, string?)> MeAsync(ApiUser user, string cookie)
    {
        var reply = await user.SendAsync("GET", "/api/v1/me", headers: ("Cookie", cookie));
        return (reply.Status, reply["email"]);
    }

    private static async Task<(int, string?)> CodeAsync(Task<ApiReply> sent)
    {
        var reply = await sent;
        return (reply.Status, reply.Code);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Mport.Protocol.Control;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Totp;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Events;

/// <summary>Whoever changes something, on the pages or through the API, stands in the audit with what was before and after.</summary>
public sealed class AuditedChangesTests
{
    private const string Ann = "ann@example.com", First = "correct horse battery", Second = "seven tall trees in fog";

    [Fact]
    public async Task EachChangeThroughTheApi_StandsInTheAudit()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        using var admin = new ApiUser(edge, await AllScopesAsync(edge));

        var user = (await admin.PostAsync("/api/v1/users", """{"email":"eve@example.com"}"""))["id"];
        await OkAsync(admin.PatchAsync($"/api/v1/users/{user}", """{"role":"auditor"}"""));
        await OkAsync(admin.PostAsync("/api/v1/password-links", """{"email":"eve@example.com"}"""));
        await OkAsync(admin.PatchAsync($"/api/v1/users/{user}", """{"disabled":true}"""));
        await OkAsync(admin.PatchAsync($"/api/v1/users/{user}", """{"disabled":false}"""));
        var invitation = (await admin.PostAsync("/api/v1/invitations", """{"email":"bob@example.com"}"""))["id"];
        await OkAsync(admin.DeleteAsync($"/api/v1/invitations/{invitation}"));
        var token = (await admin.PostAsync("/api/v1/tokens", """{"name":"ci"}"""))["id"];
        await OkAsync(admin.PatchAsync($"/api/v1/tokens/{token}", """{"name":"ci2"}"""));
        await OkAsync(admin.PostAsync($"/api/v1/tokens/{token}/rotate", """{"overlap_seconds":60}"""));
        await OkAsync(admin.DeleteAsync($"/api/v1/tokens/{token}"));
        var tunnel = (await admin.PostAsync("/api/v1/tunnels", """{"name":"shop","proto":"http","subdomain":"shop"}"""))["id"];
        await OkAsync(admin.PatchAsync($"/api/v1/tunnels/{tunnel}", """{"subdomain":"shop2","labels":{"env":"test"}}"""));
        await OkAsync(admin.PostAsync($"/api/v1/tunnels/{tunnel}/stop", ""));
        await OkAsync(admin.PostAsync($"/api/v1/tunnels/{tunnel}/start", ""));
        await OkAsync(admin.DeleteAsync($"/api/v1/tunnels/{tunnel}"));
        await OkAsync(admin.DeleteAsync($"/api/v1/sessions/{(await admin.GetAsync("/api/v1/sessions")).Json.GetProperty("data")[0].GetProperty("id").GetString()}"));
        await OkAsync(admin.SendAsync("PUT", $"/api/v1/quotas/{user}", """{"connections":5}""", headers: ("If-Match", "*")));
        await OkAsync(admin.DeleteAsync($"/api/v1/quotas/{user}"));

        var audit = await AuditAsync(admin);
        Assert.Equal(
            [
                "user.added", "user.changed", "password_link.created", "user.disabled", "user.enabled", "invitation.created", "invitation.revoked",
                "token.created", "token.changed", "token.created", "token.changed", "token.revoked",
                "tunnel.created", "tunnel.changed", "tunnel.changed", "tunnel.changed", "tunnel.deleted", "session.disconnected", "quota.set", "quota.cleared",
            ],
            audit.Select(KindOf));
        Assert.All(audit, one => Assert.Equal(("token", "127.0.0.1"), (one.GetProperty("actor").GetProperty("kind").GetString(), one.GetProperty("address").GetString())));
        var role = audit.First(one => KindOf(one) == "user.changed");
        Assert.Equal(("member", "auditor"), (Member(role, "before", "role"), Member(role, "after", "role")));
        var moved = audit.First(one => KindOf(one) == "tunnel.changed");
        Assert.Equal(("shop", "shop2", "env=test"), (Member(moved, "before", "subdomain"), Member(moved, "after", "subdomain"), Member(moved, "after", "labels")));
    }

    [Fact]
    public async Task WhoSignsIn_AndHow_StandsInTheAudit()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        using var browser = new Browser(edge);
        using var admin = new ApiUser(edge, await AllScopesAsync(edge));
        var link = (await admin.PostAsync("/api/v1/invitations", $$"""{"email":"{{Ann}}"}"""))["link"] ?? "";
        await browser.GetAsync(new Uri(link).PathAndQuery);
        await browser.SubmitAsync("/invite", ("chosen", First));
        await browser.FollowAsync();
        await browser.SubmitAsync("/logout");
        await browser.SignInAsync(Ann, Second);
        await browser.SignInAsync(Ann, First);
        await browser.GetAsync("/password");
        await browser.SubmitAsync("/password", ("current", First), ("chosen", Second));
        await SetUpSecondFactorAsync(browser);
        await browser.GetAsync("/account/second-factor");
        await browser.SubmitAsync("/account/second-factor", ("password", Second), ("do", "disable"));
        await DecideAsync(edge, browser, "approve");
        await DecideAsync(edge, browser, "refuse");

        await Within.UntilAsync(async () => (await AuditAsync(admin)).Select(KindOf).Contains("login.refused"), "the refusal, which is written behind the others");
        var audit = await AuditAsync(admin);
        Assert.Equal(
            ["invitation.created", "invitation.accepted", "login.ended", "login.succeeded", "password.changed", "totp.enabled", "totp.disabled", "device.approved", "token.created", "device.denied"],
            audit.Select(KindOf).Where(kind => kind != "login.refused"));
        var refused = Assert.Single(audit, one => KindOf(one) == "login.refused");
        Assert.Equal(("unknown", Ann), (refused.GetProperty("actor").GetProperty("kind").GetString(), refused.GetProperty("actor").GetProperty("name").GetString()));
        Assert.All(audit.Skip(1).Where(one => KindOf(one) != "login.refused"), one => Assert.Equal(Ann, one.GetProperty("actor").GetProperty("name").GetString()));
        Assert.Equal("laptop", Member(audit.First(one => KindOf(one) == "device.approved"), "after", "machine"));
    }

    private static async Task SetUpSecondFactorAsync(Browser browser)
    {
        await browser.GetAsync("/account/second-factor");
        await browser.SubmitAsync("/account/second-factor", ("password", Second), ("do", "begin"));
        await browser.FollowAsync();
        var bits = string.Concat(Regex.Match(browser.Html, "secret=([A-Z2-7]+)").Groups[1].Value.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        await browser.SubmitAsync("/account/second-factor", ("code", TotpCode.At(key, TotpCode.StepAt(TimeProvider.System.GetUtcNow()))), ("do", "enable"));
        Assert.Equal(200, browser.Status);
    }

    private static async Task DecideAsync(RunningTestEdge edge, Browser browser, string decision)
    {
        using var machine = new ApiUser(edge, (Secret?)null);
        var begun = await machine.PostAsync("/api/v1/auth/device", """{"machine":"laptop"}""");
        await browser.GetAsync($"/device?code={begun["user_code"]}");
        await browser.SubmitAsync("/device", ("decision", decision));
        await machine.PostAsync("/api/v1/auth/device/token", $$"""{"device_code":"{{begun["device_code"]}}"}""");
    }

    private static async Task OkAsync(Task<ApiReply> reply)
    {
        var answer = await reply;
        Assert.True(answer.Status is >= 200 and < 300, answer.Text);
    }

    // The oldest first, of all accounts.
    private static async Task<IReadOnlyList<JsonElement>> AuditAsync(ApiUser admin) =>
        [.. (await admin.GetAsync("/api/v1/audit?account=all&sort=at&limit=200")).Json.GetProperty("data").EnumerateArray()];

    private static string? KindOf(JsonElement one) => one.GetProperty("kind").GetString();

    private static string? Member(JsonElement one, string when, string name) => one.GetProperty(when).GetProperty(name).GetString();

    private static async Task<Secret> AllScopesAsync(RunningTestEdge edge)
    {
        Assert.True(TokenName.TryParse("admin", out var name));
        return (await edge.Data.Tokens.CreateAsync(new NewToken { UserId = edge.Owner, Name = name, Scopes = TokenScopes.All }, TestContext.Current.CancellationToken).Limited("a token")).Token;
    }
}

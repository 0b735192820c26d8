using System.Text;
using System.Text.RegularExpressions;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Totp;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts;

/// <summary>After a run through everything that lets people and machines in, no secret stands anywhere in the clear.</summary>
public sealed class NoSecretKeptTests
{
    private const string Ann = "ann@example.com";
    private const string First = "correct horse battery", Second = "seven tall trees in fog", Wrong = "password of another site";

    [Fact]
    public async Task Logs_Database_AndMetrics_HoldNone()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        using var browser = new Browser(edge);
        var secrets = new List<string> { First, Second, Wrong, edge.Token.Reveal() };
        await InviteAsync(edge, browser, secrets);
        await browser.SubmitAsync("/logout");
        await browser.SignInAsync(Ann, Wrong);
        await browser.SignInAsync(Wrong, Wrong);
        await browser.SignInAsync(Ann, First);
        secrets.Add(browser.SessionCookie);
        await SetUpSecondFactorAsync(browser, secrets);
        await ApproveAsync(edge, browser, secrets);
        var link = await edge.LinkAsync(Ann);
        secrets.Add(link.Split('=')[1]);
        await browser.GetAsync(link);
        await browser.SubmitAsync("/password", ("chosen", Second));
        await browser.SignInAsync(Ann, Second);
        secrets.Add(browser.SessionCookie);
        using var reader = new ApiUser(edge, (string?)null);
        var metrics = (await reader.GetAsync("/metrics")).Text;
        Assert.Contains("mport_accounts_sign_ins", metrics, StringComparison.Ordinal);
        await edge.StopAsync();

        Assert.All(secrets, secret => Assert.True(secret.Length >= 6, $"\"{secret}\" is no secret"));
        var places = edge.Logs.Texts.Append(metrics).Concat(Directory.GetFiles(Path.GetDirectoryName(edge.DatabasePath)!)
            .Where(file => Path.GetFileName(file).StartsWith("edge.db", StringComparison.Ordinal)).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)))).ToList();
        Assert.True(edge.Logs.Texts.Count > 5 && places.Count > edge.Logs.Texts.Count + 1, "Nothing was looked at.");
        Assert.All(places, place => Assert.All(secrets, secret => Assert.DoesNotContain(secret, place, StringComparison.OrdinalIgnoreCase)));
    }

    private static async Task InviteAsync(RunningTestEdge edge, Browser browser, List<string> secrets)
    {
        Assert.True(EmailAddress.TryParse(Ann, out var email));
        var issued = await edge.Data.Accounts.Invitations.CreateAsync(email, UserRole.Member, TimeSpan.FromDays(1), by: null, CancellationToken.None).Limited("an invitation");
        Assert.NotNull(issued);
        secrets.Add(issued.Secret.Reveal());
        await browser.GetAsync($"/invite?t={issued.Secret.Reveal()}");
        await browser.SubmitAsync("/invite", ("chosen", First));
        secrets.Add(browser.SessionCookie);
        await browser.FollowAsync();
    }

    private static async Task SetUpSecondFactorAsync(Browser browser, List<string> secrets)
    {
        await browser.GetAsync("/account/second-factor");
        await browser.SubmitAsync("/account/second-factor", ("password", First), ("do", "begin"));
        await browser.FollowAsync();
        var key = Regex.Match(browser.Html, "secret=([A-Z2-7]+)").Groups[1].Value;
        secrets.Add(key);
        var bits = string.Concat(key.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')));
        var bytes = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        secrets.Add(Encoding.Latin1.GetString(bytes));
        await browser.SubmitAsync("/account/second-factor", ("code", TotpCode.At(bytes, TotpCode.StepAt(TimeProvider.System.GetUtcNow()))), ("do", "enable"));
        Assert.Equal(200, browser.Status);
        secrets.AddRange(Regex.Matches(browser.Html, "<li class=\"secret\">([^<]+)</li>").Select(match => match.Groups[1].Value));
        secrets.Add(secrets[^1].Replace("-", ""));
    }

    private static async Task ApproveAsync(RunningTestEdge edge, Browser browser, List<string> secrets)
    {
        using var machine = new ApiUser(edge, (Secret?)null);
        var begun = await machine.PostAsync("/api/v1/auth/device", """{"machine":"laptop"}""");
        var (device, code) = (begun["device_code"] ?? "", begun["user_code"] ?? "");
        secrets.AddRange([device, code, code.Replace("-", "")]);
        await browser.GetAsync($"/device?code={code}");
        await browser.SubmitAsync("/device", ("decision", "approve"));
        var answer = await machine.PostAsync("/api/v1/auth/device/token", $$"""{"device_code":"{{device}}"}""");
        secrets.Add(answer["token"] ?? "");
    }
}

using System.Text.RegularExpressions;
using Mport.Server.Accounts.Totp;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Accounts.Pages;

public sealed partial class SecondFactorTests : IAsyncLifetime // SEC-73
{
    private const string Ann = "ann@example.com";
    private readonly SteppedClock _clock = new(TimeProvider.System);
    private RunningTestEdge _edge = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(time: _clock);
        await _edge.AddPersonAsync(Ann);
    }

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    [Fact]
    public async Task SecondFactor_IsAskedFor_EachCodeOnce_AndRecoveryCodesStandIn()
    {
        using var browser = new Browser(_edge);
        var (secret, recovery, used) = await SetUpAsync(browser);

        // The code that switched it on is used up.
        using var other = new Browser(_edge);
        await other.SignInAsync(Ann, AccountSteps.Password);
        Assert.Equal("/login/code?return=%2Faccount", other.Location);
        var pending = other.SessionCookie;
        await other.GetAsync("/account");
        Assert.Equal(303, other.Status);
        await other.GetAsync("/login/code");
        await other.SubmitAsync("/login/code", ("code", used));
        Assert.Equal((400, "MP-1121"), (other.Status, other.Error));

        _clock.Step(TimeSpan.FromSeconds(30));
        await other.SubmitAsync("/login/code", ("code", CodeOf(secret)));
        Assert.Equal("/account", other.Location);
        Assert.NotEqual(pending, other.SessionCookie);
        await other.FollowAsync();
        Assert.Equal(200, other.Status);

        Assert.Equal(RecoveryCode.Count, recovery.Count);
        foreach (var status in new[] { 303, 400 })
        {
            using var third = new Browser(_edge);
            await third.SignInAsync(Ann, AccountSteps.Password);
            await third.GetAsync("/login/code");
            await third.SubmitAsync("/login/code", ("code", recovery[0].ToLowerInvariant()));
            Assert.Equal(status, third.Status);
        }
    }

    [Fact]
    public async Task ResetLink_DoesNotPassTheSecondFactor()
    {
        using var browser = new Browser(_edge);
        await SetUpAsync(browser);
        using var thief = new Browser(_edge);
        await thief.GetAsync(await _edge.LinkAsync(Ann));
        await thief.SubmitAsync("/password", ("chosen", "seven tall trees in fog"));

        await thief.SignInAsync(Ann, "seven tall trees in fog");

        Assert.StartsWith("/login/code", thief.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guesses_AreFew()
    {
        using var browser = new Browser(_edge);
        await SetUpAsync(browser);
        using var thief = new Browser(_edge);
        await thief.SignInAsync(Ann, AccountSteps.Password);
        await thief.GetAsync("/login/code");
        for (var i = 0; i < 11; i++)
        {
            await thief.SubmitAsync("/login/code", ("code", "000000"));
            Assert.Equal("MP-1121", thief.Error);
        }

        await thief.SubmitAsync("/login/code", ("code", "000000"));

        Assert.Equal((429, "MP-1122"), (thief.Status, thief.Error));
    }

    [Fact]
    public async Task SwitchingOff_NeedsThePassword()
    {
        using var browser = new Browser(_edge);
        await SetUpAsync(browser);
        await browser.GetAsync("/account/second-factor");
        await browser.SubmitAsync("/account/second-factor", ("password", "not the password"), ("do", "disable"));
        Assert.Equal("MP-1120", browser.Error);

        await browser.SubmitAsync("/account/second-factor", ("password", AccountSteps.Password), ("do", "disable"));

        await browser.FollowAsync();
        Assert.Contains("switched off", browser.Html, StringComparison.Ordinal);
        await browser.SubmitAsync("/logout");
        await browser.SignInAsync(Ann, AccountSteps.Password);
        Assert.Equal("/account", browser.Location);
    }

    private async Task<(byte[] Secret, IReadOnlyList<string> Recovery, string Used)> SetUpAsync(Browser browser)
    {
        await browser.SignInAsync(Ann, AccountSteps.Password);
        await browser.GetAsync("/account/second-factor");
        await browser.SubmitAsync("/account/second-factor", ("password", AccountSteps.Password), ("do", "begin"));
        await browser.FollowAsync();
        var secret = FromBase32(Key().Match(browser.Html).Groups[1].Value);
        var before = browser.SessionCookie;
        var code = CodeOf(secret);
        await browser.SubmitAsync("/account/second-factor", ("code", code), ("do", "enable"));
        Assert.Equal(200, browser.Status);
        Assert.NotEqual(before, browser.SessionCookie);
        return (secret, [.. Item().Matches(browser.Html).Select(match => match.Groups[1].Value)], code);
    }

    private string CodeOf(byte[] secret) => TotpCode.At(secret, TotpCode.StepAt(_clock.GetUtcNow()));

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    [GeneratedRegex("secret=([A-Z2-7]+)")]
    private static partial Regex Key();

    [GeneratedRegex("<li class=\"secret\">([^<]+)</li>")]
    private static partial Regex Item();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Registration;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Server.Tests.Mail;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Pages;

/// <summary>SEC-63: nobody learns from signing in, resetting and registering which addresses have accounts.</summary>
public sealed partial class SameAnswerTests : IAsyncLifetime
{
    // Of one length, since pages and bodies may be as long as what was sent.
    private const string Known = "known@example.com", Unknown = "ghost@example.com", Disabled = "other@example.com", Bare = "token@example.com";

    private readonly SmtpSink _sink = SmtpSink.Start();
    private RunningTestEdge _edge = null!;

    public async ValueTask InitializeAsync()
    {
        _sink.IsAway = true;
        _edge = await RunningTestEdge.StartAsync(change: settings => settings with
        {
            Mail = _sink.Options(),
            Registration = new RegistrationOptions { Mode = RegistrationMode.Open },
        });
        await _edge.AddPersonAsync(Known);
        await _edge.AddPersonAsync(Disabled);
        await _edge.AddAccountAsync(Bare);
        Assert.True(EmailAddress.TryParse(Disabled, out var disabled));
        Assert.True(await _edge.Data.Users.SetEnabledAsync(disabled, enabled: false, CancellationToken.None).Limited("the account"));
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Theory]
    [InlineData("/login", 400, 1, 0)]
    [InlineData("/forgot", 200, 0, 1)]
    [InlineData("/register", 200, 0, 1)]
    public async Task Page_AnswersAndWorksAlike(string path, int status, int hashes, int mails) // SEC-63
    {
        var seen = new List<(int Status, string? Error, int Length, long Hashes, int Mails)>();
        foreach (var email in new[] { Known, Unknown, Disabled, Bare })
        {
            using var browser = new Browser(_edge);
            await browser.GetAsync(path);
            var before = await LookAsync();
            await browser.SubmitAsync(path, ("email", email), ("password", "a wrong password"));
            var after = await LookAsync();
            seen.Add((browser.Status, browser.Error, browser.Html.Length, after.Hashes - before.Hashes, after.Mails - before.Mails));
        }

        Assert.Single(seen.Distinct());
        Assert.Equal((status, (long)hashes, mails), (seen[0].Status, seen[0].Hashes, seen[0].Mails));
    }

    [Theory]
    [InlineData("/api/v1/auth/login", 400, 1, 0)]
    [InlineData("/api/v1/auth/password", 202, 0, 1)]
    [InlineData("/api/v1/auth/register", 202, 0, 1)]
    public async Task Api_AnswersAndWorksAlike(string path, int status, int hashes, int mails) // SEC-63
    {
        using var api = new ApiUser(_edge, (string?)null);
        var seen = new List<(int Status, int Length, long Hashes, int Mails)>();
        foreach (var email in new[] { Known, Unknown, Disabled, Bare })
        {
            var before = await LookAsync();
            var password = path.EndsWith("login", StringComparison.Ordinal) ? ",\"password\":\"a wrong password\"" : "";
            var answer = await api.PostAsync(path, $$"""{"email":"{{email}}"{{password}}}""");
            var after = await LookAsync();
            seen.Add((answer.Status, answer.Text.Length, after.Hashes - before.Hashes, after.Mails - before.Mails));
        }

        Assert.Single(seen.Distinct());
        Assert.Equal((status, (long)hashes, mails), (seen[0].Status, seen[0].Hashes, seen[0].Mails));
    }

    // What the edge counts: hashes of passwords, and mails whose row was written.
    private async Task<(long Hashes, int Mails)> LookAsync()
    {
        using var reader = new ApiUser(_edge, (string?)null);
        var hashes = Hashes().Match((await reader.GetAsync("/metrics")).Text).Groups["count"].Value;
        var asked = Asked().Matches((await reader.GetAsync("/metrics")).Text).Sum(match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
        return (hashes.Length == 0 ? 0 : long.Parse(hashes, CultureInfo.InvariantCulture), asked);
    }

    [GeneratedRegex(@"^mport_accounts_password_hashes_total (?<count>\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Hashes();

    [GeneratedRegex("^mport_accounts_mails_asked_total\\{result=\"(registration|password_reset)\"\\} (?<count>\\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Asked();
}

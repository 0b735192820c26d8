using System.Text;
using System.Text.RegularExpressions;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Totp;
using Mport.Server.Data;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;
using Npgsql;

namespace Mport.Server.Tests.Accounts;

/// <summary>After a run through everything that lets people and machines in, no secret stands anywhere in the clear.</summary>
public sealed class NoSecretKeptTests
{
    private const string Ann = "ann@example.com";
    private const string First = "correct horse battery", Second = "seven tall trees in fog", Wrong = "password of another site";

    [Theory]
    [InlineData(StoreProvider.Sqlite)]
    [InlineData(StoreProvider.Postgres)]
    public async Task Logs_Answers_Metrics_AndDatabase_HoldNone(StoreProvider provider)
    {
        await using var edge = await RunningTestEdge.StartAsync(provider: provider);
        using var browser = new Browser(edge);
        Assert.True(TokenName.TryParse("everything", out var name));
        var token = (await edge.Data.Tokens.CreateAsync(new NewToken { UserId = edge.Owner, Name = name, Scopes = TokenScopes.All }, CancellationToken.None).Limited("a token")).Token;
        using var owner = new ApiUser(edge, token);
        var secrets = new List<string> { First, Second, Wrong, edge.Token.Reveal(), token.Reveal() };
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
        await UseApiAsync(owner, secrets);
        var answers = await AskAsync(owner);
        var tables = edge.Data.Settings.Database is PostgresUrl url ? await ReadTablesAsync(url) : [];
        await edge.StopAsync();

        Assert.All(secrets, secret => Assert.True(secret.Length >= 6, $"\"{secret}\" is no secret"));
        if (provider == StoreProvider.Sqlite)
        {
            tables = [.. Directory.GetFiles(Path.GetDirectoryName(edge.DatabasePath)!)
                .Where(file => Path.GetFileName(file).StartsWith("edge.db", StringComparison.Ordinal)).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)))];
        }

        Assert.True(edge.Logs.Texts.Count > 5 && tables.Any(table => table.Contains(Ann, StringComparison.Ordinal)), "Nothing was looked at.");
        Assert.All(edge.Logs.Texts.Concat(answers).Concat(tables), place => Assert.All(secrets, secret => Assert.DoesNotContain(secret, place, StringComparison.OrdinalIgnoreCase)));
    }

    // Tokens made, kept for a repeated request, made anew; and errors that are about secrets.
    private static async Task UseApiAsync(ApiUser owner, List<string> secrets)
    {
        var made = await owner.PostAsync("/api/v1/tokens", """{"name":"ci"}""", ("Idempotency-Key", "once"));
        secrets.Add(made["token"] ?? "");
        secrets.Add((await owner.PostAsync($"/api/v1/tokens/{made["id"]}/rotate", "{}"))["token"] ?? "");
        var signedIn = await owner.PostAsync("/api/v1/auth/login", $$"""{"email":"{{Ann}}","password":"{{Second}}"}""");
        Assert.Equal("code_wanted", signedIn["state"]);
        secrets.Add(signedIn.Headers["Set-Cookie"].Split(';')[0].Split('=')[1]);
    }

    private static async Task<List<string>> AskAsync(ApiUser owner)
    {
        var answers = new List<string>();
        foreach (var path in (string[])["events?account=all&limit=200", "audit?account=all&limit=200", "audit.csv?account=all", "tokens", "users", "invitations", "sessions", "me", "server", "usage?account=all"])
        {
            var answer = await owner.GetAsync("/api/v1/" + path);
            Assert.Equal(200, answer.Status);
            answers.Add(answer.Text);
        }

        Assert.Contains("login.refused", answers[1], StringComparison.Ordinal);
        answers.Add((await owner.GetAsync("/metrics")).Text);
        Assert.Contains("mport_accounts_sign_ins", answers[^1], StringComparison.Ordinal);
        answers.Add((await owner.PostAsync("/api/v1/auth/login", $$"""{"email":"{{Wrong}}","password":"{{Wrong}}"}""")).Text);
        answers.Add((await owner.PostAsync("/api/v1/auth/login", $$"""{"email":"{{Ann}}","password":["{{Wrong}}"]}""")).Text);
        answers.Add((await owner.PostAsync("/api/v1/auth/device/token", $$"""{"device_code":"{{Wrong}}"}""")).Text);
        return answers;
    }

    // Each table as bytes: texts and blobs stand in them as they are.
    private static async Task<List<string>> ReadTablesAsync(PostgresUrl url)
    {
        await using var connection = new NpgsqlConnection(url.ConnectionString.Reveal() + ";Pooling=false");
        await connection.OpenAsync().Limited("a connection to PostgreSQL");
        var names = new List<string>();
        await using (var command = new NpgsqlCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var reader = await command.ExecuteReaderAsync().Limited("the names of tables"))
        {
            while (await reader.ReadAsync().Limited("a name"))
            {
                names.Add(reader.GetString(0));
            }
        }

        var tables = new List<string>();
        foreach (var name in names)
        {
            await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY \"{name}\" TO STDOUT (FORMAT BINARY)").Limited(name);
            using var bytes = new MemoryStream();
            await copy.CopyToAsync(bytes).Limited(name);
            tables.Add(Encoding.Latin1.GetString(bytes.ToArray()));
        }

        return tables;
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

using System.Net;
using System.Net.Http;
using System.Text.RegularExpressions;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Pages;

/// <summary>A browser without scripts: keeps cookies, follows nothing by itself, and fills in the forms of the page that it shows.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(RunningTestEdge edge) => _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = Cookies, UseCookies = true })
    {
        BaseAddress = new Uri($"http://localhost:{edge.Http.Port}"),
        Timeout = Within.Limit,
    };

    public CookieContainer Cookies { get; } = new();

    public int Status { get; private set; }

    public string Html { get; private set; } = "";

    public string? Location { get; private set; }

    public string? Error { get; private set; }

    public HttpResponseMessage? Response { get; private set; }

    /// <summary>Headers that a real browser would add.</summary>
    public Dictionary<string, string> Headers { get; } = new() { ["Sec-Fetch-Site"] = "same-origin" };

    public string SessionCookie => Cookies.GetAllCookies().FirstOrDefault(cookie => cookie.Name == "mport")?.Value ?? "";

    public void SetSessionCookie(string value) => Cookies.Add(_http.BaseAddress!, new Cookie("mport", value, "/"));

    public Task GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends the page's form of this action, with what it holds and these values.</summary>
    public Task SubmitAsync(string action, params (string Name, string Value)[] values)
    {
        var form = Form().Matches(Html).FirstOrDefault(match => match.Groups["action"].Value == action) ?? throw new InvalidOperationException($"No form for {action} in:\n{Html}");
        var fields = Hidden().Matches(form.Value).ToDictionary(match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(match.Groups["value"].Value));
        foreach (var (name, value) in values)
        {
            fields[name] = value;
        }

        return PostAsync(action, fields);
    }

    public Task PostAsync(string path, Dictionary<string, string> fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) });

    public async Task FollowAsync()
    {
        Assert.Equal(303, Status);
        await GetAsync(Location ?? "");
    }

    public async Task SignInAsync(string email, string password)
    {
        await GetAsync("/login");
        await SubmitAsync("/login", ("email", email), ("password", password));
    }

    public void Dispose()
    {
        Response?.Dispose();
        _http.Dispose();
    }

    private async Task SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            foreach (var (name, value) in Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            Response?.Dispose();
            Response = await _http.SendAsync(request, TestContext.Current.CancellationToken).Limited($"{request.Method} {request.RequestUri}");
            Status = (int)Response.StatusCode;
            Location = Response.Headers.Location?.OriginalString;
            Error = Response.Headers.TryGetValues("Mport-Error", out var codes) ? string.Join(',', codes) : null;
            Html = await Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).Limited("the page");
        }
    }

    [GeneratedRegex("<form method=\"post\" action=\"(?<action>[^\"]*)\">.*?</form>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\">", RegexOptions.ExplicitCapture)]
    private static partial Regex Hidden();
}

/// <summary>What tests of accounts do to an edge.</summary>
internal static class AccountSteps
{
    public const string Password = "correct horse battery";

    /// <summary>The path of a one-time link for an account, as an administrator would hand it on.</summary>
    public static async Task<string> LinkAsync(this RunningTestEdge edge, string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        var secret = await edge.Data.Accounts.Links.CreateAsync(address, TestContext.Current.CancellationToken).Limited("a link");
        Assert.NotNull(secret);
        return $"/password?t={secret.Reveal()}";
    }

    /// <summary>A token of the owner that may do everything.</summary>
    public static async Task<Secret> AdminTokenAsync(this RunningTestEdge edge)
    {
        Assert.True(TokenName.TryParse("admin", out var name));
        return (await edge.Data.Tokens.CreateAsync(new NewToken { UserId = edge.Owner, Name = name, Scopes = TokenScopes.All }, TestContext.Current.CancellationToken).Limited("a token")).Token;
    }

    /// <summary>An account with a password.</summary>
    public static async Task AddPersonAsync(this RunningTestEdge edge, string email, UserRole role = UserRole.Member, string password = Password)
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.True(EmailAddress.TryParse(email, out var address));
        var hash = new Mport.Server.Accounts.Passwords.PasswordHasher().Hash(new Secret(password));
        var user = new NewUser { Email = address, IsAdmin = role is UserRole.Admin, IsAuditor = role is UserRole.Auditor, PasswordHash = hash };
        Assert.NotNull(await edge.Data.Users.AddAsync(user, cancel).Limited("an account"));
    }
}

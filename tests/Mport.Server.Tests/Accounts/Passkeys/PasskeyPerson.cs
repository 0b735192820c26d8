using System.Text.Json;
using System.Text.Json.Nodes;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Accounts.Passkeys;

/// <summary>Somebody at a browser, whose page's script calls the API.</summary>
internal sealed class PasskeyPerson(RunningTestEdge edge) : IDisposable
{
    private readonly ApiUser _user = new(edge, (string?)null);

    /// <summary>Where the edge's own pages stand.</summary>
    public string Origin { get; } = $"http://localhost:{edge.Http.Port}";

    /// <summary>The host that the browser asks for.</summary>
    public string Host { get; set; } = $"localhost:{edge.Http.Port}";

    /// <summary>The session's cookie, with its name.</summary>
    public string Cookie { get; set; } = "";

    public SoftAuthenticator NewDevice() => new(Origin);

    public async Task<ApiReply> PasswordAsync(string email, string password = AccountSteps.Password) =>
        await PostAsync("/api/v1/auth/login", $$"""{"email":"{{email}}","password":"{{password}}"}""");

    /// <summary>What a new passkey is asked to be.</summary>
    public Task<ApiReply> AskForNewAsync(string password = AccountSteps.Password) => PostAsync("/api/v1/me/passkeys/options", $$"""{"password":"{{password}}"}""");

    public Task<ApiReply> SendNewAsync(string? ticket, JsonObject credential, string name = "Phone") =>
        PostAsync("/api/v1/me/passkeys", new JsonObject { ["ticket"] = ticket, ["credential"] = credential.DeepClone(), ["name"] = name }.ToJsonString());

    /// <summary>Adds a passkey as the page does.</summary>
    public async Task<ApiReply> AddAsync(SoftAuthenticator device, string name = "Phone")
    {
        var asked = await AskForNewAsync();
        Assert.True(asked.Status == 200, asked.Text);
        return await SendNewAsync(asked["ticket"], device.Make(asked.Json.GetProperty("options")), name);
    }

    public Task<ApiReply> AskAsync() => PostAsync("/api/v1/auth/passkey/options", json: null);

    public Task<ApiReply> AnswerAsync(string? ticket, JsonObject credential) =>
        PostAsync("/api/v1/auth/passkey", new JsonObject { ["ticket"] = ticket, ["credential"] = credential.DeepClone() }.ToJsonString());

    /// <summary>Signs in with a passkey as the page does.</summary>
    public async Task<ApiReply> SignInAsync(SoftAuthenticator device)
    {
        var asked = await AskAsync();
        Assert.True(asked.Status == 200, asked.Text);
        return await AnswerAsync(asked["ticket"], device.Answer(asked.Json.GetProperty("options")));
    }

    public Task<ApiReply> GetAsync(string path) => SendAsync("GET", path, json: null);

    public Task<ApiReply> PostAsync(string path, string? json) => SendAsync("POST", path, json);

    public Task<ApiReply> PatchAsync(string path, string json) => SendAsync("PATCH", path, json, "application/merge-patch+json");

    public async Task<int> MeAsync() => (await GetAsync("/api/v1/me")).Status;

    public async Task<IReadOnlyList<JsonElement>> ListAsync() => [.. (await GetAsync("/api/v1/me/passkeys")).Json.GetProperty("data").EnumerateArray()];

    public void Dispose() => _user.Dispose();

    private async Task<ApiReply> SendAsync(string method, string path, string? json, string mediaType = "application/json")
    {
        List<(string, string)> headers = [("Host", Host), ("Mport-Csrf", "1"), ("Sec-Fetch-Site", "same-origin"), ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")];
        if (Cookie.Length > 0)
        {
            headers.Add(("Cookie", Cookie));
        }

        var reply = await _user.SendAsync(method, path, json, mediaType, [.. headers]);
        if (reply.Headers.TryGetValue("Set-Cookie", out var given))
        {
            Cookie = given.Split(", ").Last(cookie => cookie.StartsWith("mport=", StringComparison.Ordinal)).Split(';')[0];
        }

        return reply;
    }
}

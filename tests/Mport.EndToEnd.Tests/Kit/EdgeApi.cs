using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>Somebody who calls a real edge's API.</summary>
internal sealed class EdgeApi : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly EdgeProcess _edge;

    public EdgeApi(EdgeProcess edge, string? token = null)
    {
        _edge = edge;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? edge.Token);
    }

    /// <summary>The body of a successful GET.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(Address(path)).Limited($"GET {path}");
        var text = await response.Content.ReadAsStringAsync().Limited($"the body of {path}");
        Assert.True(response.IsSuccessStatusCode, $"GET {path} gave {(int)response.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    /// <summary>All of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{path}?limit=100{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            all.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.GetProperty("has_more").GetBoolean() ? page.GetProperty("next_cursor").GetString() : null;
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>The status of one of the edge's own pages, such as <c>/readyz</c>.</summary>
    public async Task<int> StatusAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri($"http://localhost:{_edge.HttpPort}{path}")).Limited($"GET {path}");
        return (int)response.StatusCode;
    }

    /// <summary>The status of a request without a body.</summary>
    public async Task<int> StatusAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, Address(path));
        using var response = await _http.SendAsync(request).Limited($"{method} {path}");
        return (int)response.StatusCode;
    }

    /// <summary>Sends a POST; gives the status and the answer.</summary>
    public async Task<(int Status, JsonElement Json)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(Address(path), content).Limited($"POST {path}");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync().Limited($"the body of {path}"));
        return ((int)response.StatusCode, json.RootElement.Clone());
    }

    /// <summary>Sends a POST; gives the status, and the code of a refusal.</summary>
    public async Task<(int Status, string Code)> AnswerAsync(string path, string body)
    {
        var (status, json) = await PostAsync(path, body);
        return (status, json.TryGetProperty("code", out var code) ? code.GetString() ?? "" : "");
    }

    /// <summary>Sends a POST; gives the id of what it made, or null when it was refused.</summary>
    public async Task<string?> TryPostAsync(string path, string body)
    {
        var (status, json) = await PostAsync(path, body);
        return status == 201 ? json.GetProperty("id").GetString() : null;
    }

    /// <summary>The sum of a member over all points of the account's usage.</summary>
    public async Task<long> UsedAsync(string member) =>
        (await GetAsync("/usage?step=day")).GetProperty("data").EnumerateArray().Sum(point => point.GetProperty(member).GetInt64());

    public void Dispose() => _http.Dispose();

    private Uri Address(string path) => new($"http://localhost:{_edge.HttpPort}/api/v1{path}");
}

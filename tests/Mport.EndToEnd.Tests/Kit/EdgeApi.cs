using System.Net.Http.Headers;
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
        using var response = await _http.GetAsync(new Uri($"http://localhost:{_edge.HttpPort}/api/v1{path}")).Limited($"GET {path}");
        var text = await response.Content.ReadAsStringAsync().Limited($"the body of {path}");
        Assert.True(response.IsSuccessStatusCode, $"GET {path} gave {(int)response.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    /// <summary>Asks for a change, with this JSON.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri($"http://localhost:{_edge.HttpPort}/api/v1{path}"), content).Limited($"POST {path}");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync().Limited($"the answer to POST {path}"));
        return ((int)response.StatusCode, json.RootElement.Clone());
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

    /// <summary>The sum of a member over all points of the account's usage.</summary>
    public async Task<long> UsedAsync(string member) =>
        (await GetAsync("/usage?step=day")).GetProperty("data").EnumerateArray().Sum(point => point.GetProperty(member).GetInt64());

    public void Dispose() => _http.Dispose();
}

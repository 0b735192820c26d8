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

    /// <summary>The sum of a member over all points of the account's usage.</summary>
    public async Task<long> UsedAsync(string member) =>
        (await GetAsync("/usage?step=day")).GetProperty("data").EnumerateArray().Sum(point => point.GetProperty(member).GetInt64());

    public void Dispose() => _http.Dispose();
}

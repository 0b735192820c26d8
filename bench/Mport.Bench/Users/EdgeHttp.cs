using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mport.Bench.Processes;

namespace Mport.Bench.Users;

/// <summary>The API of an edge, as one account calls it.</summary>
internal sealed class EdgeHttp : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>A caller with this token.</summary>
    public EdgeHttp(EdgeUnderLoad edge, string token)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{edge.HttpPort}/api/v1/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The body of a successful GET.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        await ExpectSuccessAsync(response, path);
        using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return json.RootElement.Clone();
    }

    /// <summary>The status of a GET.</summary>
    public async Task<int> StatusAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (int)response.StatusCode;
    }

    /// <summary>Makes an HTTP tunnel of this name.</summary>
    public async Task AddTunnelAsync(string name)
    {
        using var content = new StringContent($$"""{"name":"{{name}}","proto":"http"}""", Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri("tunnels", UriKind.Relative), content);
        await ExpectSuccessAsync(response, "tunnels");
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static async Task ExpectSuccessAsync(HttpResponseMessage response, string path)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new BenchException($"{path} gave {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}

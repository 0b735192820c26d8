using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mport.Protocol.Identity;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Api;

/// <summary>Somebody who calls the API of an edge, with a token or without.</summary>
internal sealed class ApiUser : IDisposable
{
    private readonly HttpClient _http;

    public ApiUser(RunningTestEdge edge, Secret? token)
        : this(edge, token is null ? null : "Bearer " + token.Reveal())
    {
    }

    public ApiUser(RunningTestEdge edge, string? authorization)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://{edge.Http}") };
        if (authorization is not null)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }
    }

    /// <summary>Sends a request with a body of JSON text, and reads the whole answer; of a stream of events, which has no end, its head alone.</summary>
    public async Task<ApiReply> SendAsync(string method, string path, string? json = null, string mediaType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Exactly(path));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).Limited($"{method} {path}");
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).Limited($"the body of {method} {path}");
        return new ApiReply((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, All(response));
    }

    // As it is written: .NET would tidy dots and slashes away that the edge is to be tried with.
    private Uri Exactly(string path) => new(_http.BaseAddress?.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    public Task<ApiReply> GetAsync(string path) => SendAsync("GET", path);

    public Task<ApiReply> PostAsync(string path, string json, params (string Name, string Value)[] headers) => SendAsync("POST", path, json, headers: headers);

    public Task<ApiReply> PatchAsync(string path, string json, params (string Name, string Value)[] headers) => SendAsync("PATCH", path, json, "application/merge-patch+json", headers);

    public Task<ApiReply> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <summary>Begins to read an answer that has no end.</summary>
    public Task<HttpResponseMessage> FollowAsync(string path) =>
        _http.GetAsync(Exactly(path), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).Limited($"GET {path}");

    public void Dispose() => _http.Dispose();

    private static Dictionary<string, string> All(HttpResponseMessage response) => response.Headers.Concat(response.Content.Headers)
        .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>An answer of the API.</summary>
internal sealed record ApiReply(int Status, string? MediaType, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Code => Json.GetProperty("code").GetString();

    /// <summary>The text of a member of the body.</summary>
    public string? this[string member] => Json.GetProperty(member).ToString();

    /// <summary>The pointers of the members that were found at fault.</summary>
    public string[] Pointers => [.. Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString() ?? "")];
}

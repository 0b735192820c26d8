using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mport.Client;
using Mport.Client.Dialing;
using Mport.Cli.Configuration;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Protocol.Rest;

namespace Mport.Cli.Login;

/// <summary>
/// Calls the edge's REST API on its TLS port, with the same check of the certificate as for tunnels: the pin alone where there is one, else the
/// system's authorities. No proxy, no cookies, no redirects: what is sent must reach this edge and nobody else.
/// </summary>
internal sealed class EdgeHttp : IDisposable
{
    // An answer of the edge has a few hundred bytes.
    private const int LargestAnswer = 64 * 1024;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    private readonly EdgeAddress _edge;
    private readonly CertificateCheck _check;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Calls an edge; with a token as its account.</summary>
    public EdgeHttp(EdgeAddress edge, EdgeSettings settings, TimeProvider time, Secret? token = null)
    {
        _edge = edge;
        _time = time;
        _check = new CertificateCheck(edge, settings.Pin, settings.Insecure);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxResponseHeadersLength = 16,
            SslOptions = { TargetHost = edge.Host, RemoteCertificateValidationCallback = _check.Verify },
        })
        {
            BaseAddress = new Uri($"https://{edge}"),
            MaxResponseContentBufferSize = LargestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Reveal());
        }
    }

    /// <summary>Sends a record and reads the answer's; or the failure that the edge, or the way to it, gave.</summary>
    public async Task<Checked<TAnswer>> PostAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancel)
        where TAnswer : class
    {
        using var late = new CancellationTokenSource(s_limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, requestType));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.IsSuccessStatusCode && JsonSerializer.Deserialize(body, answerType) is { } answer ? answer : Problem(response, body);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failure.Of(ConnectionErrors.EdgeUnreachable, $"{_edge} did not answer within {s_limit.TotalSeconds:0} s.", retry: true);
        }
        catch (HttpRequestException broken)
        {
            return _check.Failure ?? (broken.HttpRequestError is HttpRequestError.NameResolutionError
                ? Failure.Of(ConnectionErrors.NameNotResolved, $"The name {_edge.Host} cannot be resolved.", retry: true)
                : broken.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.InvalidResponse
                    ? Failure.Of(ConnectionErrors.NotAnEdge, $"What answers at {_edge} does not speak HTTPS.")
                    : Failure.Of(ConnectionErrors.EdgeUnreachable, $"{_edge} cannot be reached ({broken.Message}).", retry: true));
        }
        catch (JsonException)
        {
            return Failure.Of(ConnectionErrors.NotAnEdge, $"{_edge} answered with something else than JSON.");
        }
    }

    public void Dispose() => _http.Dispose();

    private static Failure Problem(HttpResponseMessage response, byte[] body)
    {
        RestProblem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
        {
            problem = JsonSerializer.Deserialize(body, DeviceLoginJson.Default.RestProblem);
        }

        var wait = response.Headers.RetryAfter?.Delta;
        return problem is { Code: { } text, Detail: { } detail } && ErrorCode.TryParse(text, out var code) && ErrorCatalog.Find(code) is not null && code != ApiErrors.NotFound.Code
            ? new Failure(code, detail, Retry: wait is not null, wait)
            : Failure.Of(AccountErrors.DeviceLoginMissing, string.Create(CultureInfo.InvariantCulture, $"The edge answered with status {(int)response.StatusCode}."));
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mport.Server.Certificates.Acme;

/// <summary>
/// Requests to an authority. Nothing that an answer says leads anywhere but to https, no redirect is followed, and no answer is read beyond a bound (SEC-94).
/// </summary>
internal sealed class AcmeHttp : IDisposable
{
    // The longest is a chain of certificates.
    private const int MaxBody = 256 * 1024;

    private static readonly MediaTypeHeaderValue JoseJson = new("application/jose+json");
    private readonly X509Certificate2Collection _authorities = [];
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;

    /// <summary>Makes it; the file of authorities is read at once.</summary>
    /// <exception cref="AcmeException">The file cannot be used.</exception>
    public AcmeHttp(string? caFile, TimeProvider time)
    {
        _time = time;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            MaxResponseHeadersLength = 32,
        };
        if (caFile is not null)
        {
            Read(caFile);
            handler.SslOptions.CertificateChainPolicy = PolicyWith(_authorities);
        }

        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="AcmeException">The authority cannot be reached, or answers what it may not.</exception>
    public async Task<AcmeReply> SendAsync(HttpMethod method, Uri url, byte[]? body, CancellationToken cancellationToken)
    {
        if (url.Scheme != Uri.UriSchemeHttps)
        {
            throw new AcmeException($"The authority names {url}, which is not https.");
        }

        using var request = new HttpRequestMessage(method, url);
        request.Headers.UserAgent.ParseAdd("mportd");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = JoseJson } };
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return new AcmeReply
            {
                Status = response.StatusCode,
                Body = await ReadAsync(response, url, cancellationToken),
                Location = response.Headers.Location is { } location ? new Uri(url, location) : null,
                Nonce = response.Headers.TryGetValues("Replay-Nonce", out var nonces) ? nonces.First() : null,
                RetryAfter = response.Headers.RetryAfter is { } retry ? retry.Delta ?? (retry.Date - _time.GetUtcNow()) : null,
            };
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new AcmeException($"{url.Host} cannot be reached: {failed.InnerException?.Message ?? failed.Message}", inner: failed);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
            if (body.Length > MaxBody)
            {
                throw new AcmeException($"{url.Host} answers with more than {MaxBody} bytes.");
            }
        }

        return body.ToArray();
    }

    private static X509ChainPolicy PolicyWith(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        using var machine = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        machine.Open(OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(machine.Certificates);
        return policy;
    }

    private void Read(string caFile)
    {
        try
        {
            _authorities.ImportFromPemFile(caFile);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AcmeException($"{caFile} cannot be read as certificates in PEM form: {unusable.Message}", inner: unusable);
        }
    }
}

/// <summary>An authority's answer.</summary>
internal sealed record AcmeReply
{
    /// <summary>The HTTP status.</summary>
    public required HttpStatusCode Status { get; init; }

    /// <summary>The body.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The address of what was made.</summary>
    public Uri? Location { get; init; }

    /// <summary>A nonce for the next request.</summary>
    public string? Nonce { get; init; }

    /// <summary>When it wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it did what was asked.</summary>
    public bool IsGood => (int)Status is >= 200 and < 300;
}

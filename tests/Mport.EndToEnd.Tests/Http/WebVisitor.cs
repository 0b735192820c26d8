using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Http;

/// <summary>A public caller of HTTP tunnels. Every name leads to this machine, as a wildcard record in DNS would; https must show the edge's own certificate.</summary>
internal sealed class WebVisitor : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private int _connections;

    /// <summary>Makes a visitor of this edge.</summary>
    public WebVisitor(EdgeProcess edge)
    {
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            Expect100ContinueTimeout = Within.Limit,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = edge.Verify },
        };
        _client = new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan };
        Invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    /// <summary>For a WebSocket.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>Connections made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The tunnel's address on the edge's TLS port.</summary>
    public static Uri Secure(EdgeProcess edge, Uri url, string path) => new UriBuilder(Uri.UriSchemeHttps, url.Host, edge.TlsPort, path).Uri;

    /// <summary>Sends a request; the answer may still be on its way.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Limited($"the answer to {request.Method} {request.RequestUri}");

    /// <summary>Gets a page.</summary>
    public async Task<(HttpStatusCode Status, string Body)> GetAsync(Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var answer = await SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync().Limited($"the body of {address}"));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Invoker.Dispose();
        _client.Dispose();
        _handler.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        Interlocked.Increment(ref _connections);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

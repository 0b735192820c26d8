using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mport.Client.Streams;
using Mport.Protocol.Handshake;
using Mport.Protocol.ProxyProtocol;

namespace Mport.Client.Health;

/// <summary>Looks once whether a target is well: connects, and asks for a path where there is one. Each look has a connection of its own.</summary>
internal sealed class HealthProbe : IDisposable
{
    private readonly TunnelSpec _tunnel;
    private readonly HealthCheck _check;
    private readonly TargetDialer _dialer;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker? _http;

    /// <summary>A probe for one tunnel.</summary>
    public HealthProbe(TunnelSpec tunnel, HealthCheck check, EngineContext context)
    {
        _tunnel = tunnel;
        _check = check;
        _dialer = new TargetDialer(context);
        _time = context.Time;
        _http = check.Path is null ? null : new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 64,
            ConnectCallback = (_, cancellationToken) => ConnectAsync(cancellationToken),
        });
    }

    /// <summary>Looks once.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<HealthVerdict> LookAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_check.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return _http is null || _check.Path is not { } path ? await LookByConnectionAsync(either.Token) : await LookByRequestAsync(_http, path, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthVerdict(Healthy: false, string.Create(CultureInfo.InvariantCulture, $"{What()} had no answer in {_check.Timeout.TotalSeconds:0.###} s."));
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException)
        {
            return new HealthVerdict(Healthy: false, $"{What()} failed: {failed.Message}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http?.Dispose();

    private string What() => _check.Path is { } path ? $"GET {path} at {_tunnel.Target}" : $"A connection to {_tunnel.Target}";

    private async Task<HealthVerdict> LookByConnectionAsync(CancellationToken cancellationToken)
    {
        await using var stream = await ConnectAsync(cancellationToken);
        return new HealthVerdict(Healthy: true, $"{_tunnel.Target} takes connections.");
    }

    private async Task<HealthVerdict> LookByRequestAsync(HttpMessageInvoker http, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_tunnel.Target}{path}") { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("User-Agent", $"mport-health/{ProtocolVersion.Program}");
        using var response = await http.SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        return new HealthVerdict(status is >= 200 and < 400, $"GET {path} at {_tunnel.Target} answered {status}.");
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var (socket, answer) = await _dialer.DialAsync(_tunnel.Target, cancellationToken);
        if (socket is null)
        {
            throw new IOException(answer.Text);
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        if (_tunnel.ProxyProtocol is { } version)
        {
            // A target that waits for a header would take the request for a broken one; this one says that nobody is behind the connection.
            try
            {
                await stream.WriteAsync(version == 1 ? ProxyHeaderV1.Write(ProxyHeader.Unknown) : ProxyHeaderV2.Write(ProxyHeader.Unknown), cancellationToken);
            }
            catch
            {
                await stream.DisposeAsync();
                throw;
            }
        }

        return stream;
    }
}

using System.Net;
using System.Text;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Streams;
using Mport.Server.Limits;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Http;

/// <summary>
/// The kept connections to one link's target, each a stream to its client. One pool a link: a connection is never used for two tunnels, nor for
/// two clients of one tunnel (SEC-04).
/// </summary>
internal sealed class TunnelPool : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);
    private readonly TunnelLink _link;
    private readonly VisitorGate _gate;
    private readonly int _maxRequests;
    private int _requests;

    /// <summary>Makes a pool without connections.</summary>
    /// <param name="link">Whom the streams go to.</param>
    /// <param name="maxRequests">Requests at one time, WebSockets included.</param>
    /// <param name="gate">Knows the tunnel's bandwidth.</param>
    public TunnelPool(TunnelLink link, int maxRequests, VisitorGate gate)
    {
        _gate = gate;
        _link = link;
        _maxRequests = maxRequests;
        Invoker = new HttpMessageInvoker(CreateHandler());
    }

    /// <summary>What requests are sent with.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>Takes a place for a request; false when all are taken.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _requests) <= _maxRequests)
        {
            return true;
        }

        Interlocked.Decrement(ref _requests);
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _requests);

    /// <summary>Closes the idle connections; those in use end with their request.</summary>
    public void Dispose() => Invoker.Dispose();

    private SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = IdleTimeout,
        MaxResponseHeadersLength = 64,
        // Bytes from 0x80 pass unchanged, as they do through Kestrel.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ConnectCallback = (_, cancellationToken) => ConnectAsync(cancellationToken),
    };

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        CarrierStream? stream = null;
        try
        {
            // No visitor: the connection is kept, and will serve others.
            stream = await _link.OpenStreamAsync(StreamKind.Http, visitor: null, cancellationToken);
            return await CompleteAsync(stream, cancellationToken);
        }
        catch (StreamException gone)
        {
            stream?.Reset();
            throw new NotSentException("The client is gone or has no room.", gone);
        }
        catch
        {
            stream?.Reset();
            throw;
        }
    }

    private async ValueTask<Stream> CompleteAsync(CarrierStream stream, CancellationToken cancellationToken)
    {
        var answer = await _link.ReadAnswerAsync(stream, cancellationToken);
        if (answer.Status != StreamStatus.Connected)
        {
            throw new TargetFailedException(answer);
        }

        Stream counted = new CountedStream(stream.AsStream(), _link.Bytes);
        counted = _link.Quota is { } quota ? new QuotaStream(counted, quota) : counted;
        return _gate.EnterBandwidth(_link.TunnelId, _link.AccountId) is { } bandwidth
            ? new LimitedStream(counted, bandwidth, () => _gate.LeaveBandwidth(_link.TunnelId))
            : counted;
    }
}

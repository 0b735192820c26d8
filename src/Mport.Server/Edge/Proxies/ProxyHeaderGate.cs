using System.Net.Sockets;
using Mport.Protocol.ProxyProtocol;

namespace Mport.Server.Edge.Proxies;

/// <summary>
/// Finds out who a new connection is from. A peer in one of the given networks must begin with a PROXY protocol header, whose address is believed;
/// from any other peer no such header is read, so nobody can claim to be somebody else. It never guesses.
/// </summary>
/// <param name="networks">Who must send a header.</param>
/// <param name="metrics">Where headers are counted.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where a proxy that sends none is reported.</param>
internal sealed class ProxyHeaderGate(IpNetworks networks, ProxiesMetrics metrics, TimeProvider time, ILogger<ProxyHeaderGate> logger)
{
    /// <summary>How long a proxy may take for its header (CVE-2021-23409); the specification wants at least 3 s.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // A proxy that is set up wrongly does so with each connection: one line says it.
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(10);

    private long _refused;
    private long _warned = long.MinValue;

    /// <summary>Whether a peer must send a header.</summary>
    public bool Expects(ConnectionEnds socketEnds) => networks.Contains(socketEnds.Address);

    /// <summary>Gives the ends that a connection counts for; null when it must be dropped. At once where no header is expected.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="ObjectDisposedException">It was closed by somebody else.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<ConnectionEnds?> ReadAsync(Socket socket, ConnectionEnds socketEnds, CancellationToken cancellationToken) =>
        Expects(socketEnds) ? ReadHeaderAsync(socket, socketEnds, cancellationToken) : ValueTask.FromResult<ConnectionEnds?>(socketEnds);

    private async ValueTask<ConnectionEnds?> ReadHeaderAsync(Socket socket, ConnectionEnds socketEnds, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            switch (await ProxyHeaderReceiver.ReceiveAsync(socket, either.Token))
            {
                case null or { Transport: ProxyTransport.Datagram }:
                    return Refuse(socketEnds, "invalid", "it sent no valid PROXY header");
                case { Source: { } source, Destination: { } destination }:
                    metrics.Header("valid");
                    return new ConnectionEnds(ConnectionEnds.Plain(source), ConnectionEnds.Plain(destination));
                default:
                    // UNKNOWN and LOCAL: the connection is the proxy's own, such as a health check.
                    metrics.Header("valid");
                    return socketEnds;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return Refuse(socketEnds, "late", $"it sent no PROXY header within {Limit.TotalSeconds:0} s");
        }
    }

    private ConnectionEnds? Refuse(ConnectionEnds socketEnds, string result, string why)
    {
        metrics.Header(result);
        var count = Interlocked.Increment(ref _refused);
        var now = time.GetTimestamp();
        var warned = Interlocked.Read(ref _warned);
        if ((warned == long.MinValue || time.GetElapsedTime(warned, now) >= BetweenWarnings) && Interlocked.CompareExchange(ref _warned, now, warned) == warned)
        {
            logger.HeaderMissing(socketEnds.Address, why, count);
        }

        return null;
    }
}

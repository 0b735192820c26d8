using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;
using Mport.Protocol.Streams;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Tunnels;

/// <summary>Joins one visitor's connection to the client that holds the tunnel.</summary>
internal sealed class VisitorRelay(TimeSpan halfClosedTimeout, TunnelsMetrics metrics, TimeProvider time, ILogger logger)
{
    // The client itself gives a target 10 s.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs to the end of the connection; owns the socket. Never throws for what a visitor or client does.</summary>
    public async Task RunAsync(Socket visitor, ConnectionEnds ends, TunnelLink link)
    {
        using var deadline = new CancellationTokenSource(AnswerTimeout, time);
        CarrierStream stream;
        try
        {
            // Step 2: a stream to the client is opened; its prelude says which tunnel and which visitor.
            stream = await link.OpenStreamAsync(StreamKind.Tcp, ends, deadline.Token);
        }
        catch (Exception refused) when (refused is StreamException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            metrics.VisitorRefused(VisitorRefusal.ClientAway);
            logger.VisitorTurnedAway(link.TunnelId, refused.Message);
            SocketRelay.CloseWithReset(visitor);
            return;
        }

        // Bytes flow both ways from here on. The visitor's own go out before the client has answered, which saves a round trip.
        var options = new RelayOptions
        {
            HalfClosedTimeout = halfClosedTimeout,
            Count = new ByteCount(link.Bytes),
            BeforeReceiving = opened => ReadAnswerAsync(opened, link, deadline.Token),
        };
        await SocketRelay.RunAsync(visitor, stream, options, time);
    }

    private async ValueTask ReadAnswerAsync(CarrierStream stream, TunnelLink link, CancellationToken deadline)
    {
        try
        {
            var answer = await StreamAnswer.ReadAsync(stream, deadline);
            if (answer.Status != StreamStatus.Connected)
            {
                var failure = answer.ToFailure();
                metrics.VisitorRefused(VisitorRefusal.TargetFailed);
                logger.TargetFailed(link.TunnelId, failure.Code, failure.Text);
                throw new StreamException(ConnectionErrors.TargetUnreachable, failure.Text);
            }
        }
        catch (OperationCanceledException late)
        {
            metrics.VisitorRefused(VisitorRefusal.TargetFailed);
            logger.TargetFailed(link.TunnelId, ConnectionErrors.TargetTimedOut.Code, "The client did not answer.");
            throw new StreamException(ConnectionErrors.TargetTimedOut, late.Message);
        }
    }
}

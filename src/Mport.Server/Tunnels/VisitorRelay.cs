using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;
using Mport.Protocol.Streams;
using Mport.Server.Accounts;
using Mport.Server.Edge.Proxies;
using Mport.Server.Limits;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Tunnels;

/// <summary>Joins one visitor's connection to the client that holds the tunnel.</summary>
internal sealed class VisitorRelay(TimeSpan halfClosedTimeout, VisitorGate gate, VisitorWatch watch, TunnelsMetrics metrics, TimeProvider time, ILogger logger)
{
    // The client itself gives a target 10 s.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    // In a group: the visitor waits for each of them.
    private const int MaxTries = 3;
    private static readonly TimeSpan MemberTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs to the end of the connection; owns the socket. Never throws for what a visitor or client does.</summary>
    public async Task RunAsync(Socket visitor, ConnectionEnds ends, TunnelLink link, TunnelProto proto = TunnelProto.Tcp)
    {
        using var deadline = new CancellationTokenSource(AnswerTimeout, time);

        // Before the link is asked for a stream: a tunnel that is stopped now either refuses that, or ends this connection.
        using var connection = gate.Connections.Enter(link.TunnelId, proto, ends.Remote);
        connection.OnEnd(() => Cut(visitor, deadline));
        List<TunnelLink> tried = [];
        var refusal = VisitorRefusal.TargetIll;
        while (tried.Count < MaxTries && link.Choose(ends.Address, tried) is { } member)
        {
            if (member.Quota?.TryEnter() == false)
            {
                refusal = VisitorRefusal.QuotaReached;
                tried.Add(member);
                continue;
            }

            member.VisitorCame();
            member.Usage?.CountConnection();
            try
            {
                if (await (member == link
                    ? TryServeAsync(visitor, ends, member, connection, inGroup: false, deadline.Token)
                    : TryMemberAsync(visitor, ends, member, connection, hasOthers: link.Members > tried.Count + 1, deadline.Token)))
                {
                    return;
                }
            }
            finally
            {
                member.VisitorLeft();
                member.Quota?.Leave();
            }

            tried.Add(member);
        }

        if (tried.Count == 0 || refusal is VisitorRefusal.QuotaReached)
        {
            metrics.VisitorRefused(refusal);
            logger.VisitorTurnedAway(link.TunnelId, refusal is VisitorRefusal.QuotaReached ? "a quota is used up" : "the target is ill");
        }

        SocketRelay.CloseWithReset(visitor);
    }

    // The relay sees its socket broken, and resets the stream.
    private static void Cut(Socket visitor, CancellationTokenSource deadline)
    {
        deadline.Cancel();
        SocketRelay.CloseWithReset(visitor);
    }

    // While there is another member, the visitor does not wait for one that does not answer: its machine may just have died.
    private async Task<bool> TryMemberAsync(Socket visitor, ConnectionEnds ends, TunnelLink member, VisitorConnection connection, bool hasOthers, CancellationToken deadline)
    {
        using var late = new CancellationTokenSource(hasOthers ? MemberTimeout : Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, deadline);
        return await TryServeAsync(visitor, ends, member, connection, inGroup: true, either.Token);
    }

    /// <summary>Serves the visitor through one client; false when that did not begin, so that another one may.</summary>
    private async Task<bool> TryServeAsync(Socket visitor, ConnectionEnds ends, TunnelLink link, VisitorConnection connection, bool inGroup, CancellationToken deadline)
    {
        CarrierStream stream;
        try
        {
            // Step 2: a stream to the client is opened; its prelude says which tunnel and which visitor.
            stream = await link.OpenStreamAsync(StreamKind.Tcp, ends, deadline);
        }
        catch (Exception refused) when (refused is StreamException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            var memoryLow = refused is StreamException { Description: var why } && why == ProtocolErrors.BuffersFull;
            metrics.VisitorRefused(memoryLow ? VisitorRefusal.MemoryLow : VisitorRefusal.ClientAway);
            logger.VisitorTurnedAway(link.TunnelId, refused.Message);
            return false;
        }

        // Bytes flow both ways from here on. The visitor's own go out before the client has answered, which saves a round trip; but in a group the
        // answer is waited for: a target that refuses must not have swallowed what another one could still get.
        if (inGroup && !await IsTakenAsync(stream, link, deadline))
        {
            return false;
        }

        var count = connection.Bytes = new ByteCount(link.Bytes);
        var options = new RelayOptions
        {
            HalfClosedTimeout = halfClosedTimeout,
            Count = count,
            Bandwidth = gate.EnterBandwidth(link.TunnelId, link.AccountId),
            Slots = link.Quota?.Slots ?? [],
            BeforeReceiving = inGroup ? null : opened => ReadAnswerAsync(opened, link, deadline),
        };
        using var watched = watch.Watch(visitor, stream, count, link.Quota);
        try
        {
            await SocketRelay.RunAsync(visitor, stream, options, time);
        }
        finally
        {
            gate.LeaveBandwidth(link.TunnelId);
        }

        return true;
    }

    private async Task<bool> IsTakenAsync(CarrierStream stream, TunnelLink link, CancellationToken deadline)
    {
        try
        {
            await ReadAnswerAsync(stream, link, deadline);
            return true;
        }
        catch (StreamException)
        {
            stream.Reset();
            return false;
        }
    }

    private async ValueTask ReadAnswerAsync(CarrierStream stream, TunnelLink link, CancellationToken deadline)
    {
        try
        {
            var answer = await link.ReadAnswerAsync(stream, deadline);
            if (answer.Status != StreamStatus.Connected)
            {
                var failure = answer.ToFailure();
                metrics.VisitorRefused(VisitorRefusal.TargetFailed);
                logger.TargetFailed(link.TunnelId, failure.Code, failure.Text);
                throw new StreamException(ConnectionErrors.TargetUnreachable, failure.Text);
            }
        }
        catch (StreamException gone) when (gone.Description == ConnectionErrors.ConnectionLost)
        {
            metrics.VisitorRefused(VisitorRefusal.ClientAway);
            logger.VisitorTurnedAway(link.TunnelId, gone.Message);
            throw;
        }
        catch (OperationCanceledException late)
        {
            metrics.VisitorRefused(VisitorRefusal.TargetFailed);
            logger.TargetFailed(link.TunnelId, ConnectionErrors.TargetTimedOut.Code, "The client did not answer.");
            throw new StreamException(ConnectionErrors.TargetTimedOut, late.Message);
        }
    }
}

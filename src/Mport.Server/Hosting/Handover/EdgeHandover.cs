using Mport.Protocol.Errors;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tunnels;

namespace Mport.Server.Hosting.Handover;

/// <summary>A running edge's part in handovers: how it takes another's place at its start, and gives its own away at its end.</summary>
internal sealed class EdgeHandover(
    IReadOnlyList<IListening> listening,
    HostTable hosts,
    SessionRegistry sessions,
    TunnelGate gate,
    EdgeReadiness readiness,
    Inheritance? inherited,
    TimeProvider time,
    ILogger<EdgeHandover> logger) : IGivenEdge
{
    /// <inheritdoc />
    public async Task<HandoverContents> ShareAsync(CancellationToken cancellationToken)
    {
        await gate.ShutAsync().WaitAsync(cancellationToken);
        // Clients that have not come here yet from the edge before will find the next one.
        return new HandoverContents(
            [.. listening.SelectMany(part => part.Share()), .. inherited?.Sockets.Rest ?? []], [.. hosts.Online, .. hosts.Returning.Names], sessions.LastGeneration);
    }

    /// <inheritdoc />
    public Task HoldAsync() => Task.WhenAll(listening.Select(part => part.HoldAsync()));

    /// <inheritdoc />
    public void Resume()
    {
        foreach (var part in listening)
        {
            part.Resume();
        }

        gate.Open();
    }

    /// <summary>Takes the place of the edge that has handed its sockets over.</summary>
    /// <exception cref="Data.EdgeStartException">It broke off, and goes on itself.</exception>
    public async Task TakeOverAsync(HandoverTaker taker, CancellationToken cancellationToken)
    {
        var expected = inherited?.Hosts ?? [];
        var sockets = inherited?.Sockets.Count + listening.Sum(part => part.Share().Count) ?? 0;
        // An edge of before custom domains names subdomains alone.
        hosts.Returning.Expect(expected.Select(name => name.Contains('.', StringComparison.Ordinal) ? name : $"{name}.{hosts.Domain}"), time);
        await taker.CompleteAsync(Resume, cancellationToken);
        logger.TookOver(taker.Predecessor.Process, taker.Predecessor.Version, sockets, expected.Count);
    }

    /// <summary>Waits for the clients of the edge before this one, and then gives up what they did not come back for.</summary>
    public async Task AwaitReturnAsync(CancellationToken cancellationToken)
    {
        if (inherited is null)
        {
            return;
        }

        await Task.Delay(HandoverTimes.Return, time, cancellationToken);
        var ports = inherited.Sockets.CloseRest();
        var missing = hosts.Returning.GiveUp();
        if (ports + missing > 0)
        {
            logger.NotAllReturned(ports, missing);
        }
    }

    /// <summary>Another edge serves in this one's place: sends the clients there, and waits until the last visitor who is in has gone.</summary>
    public async Task<HandoverEnd> FinishAsync(TimeSpan limit, CancellationToken stop)
    {
        readiness.HandOver();
        gate.Close();
        inherited?.Sockets.CloseRest();
        hosts.Returning.GiveUp();
        var gone = Task.WhenAll(listening.Select(part => part.LetGoAsync()));
        logger.Draining(sessions.Count, Visitors(), limit);
        sessions.DrainAll(
            Failure.Of(ProtocolErrors.EdgeDraining, "Another process has taken the edge over.", retry: true), HandoverTimes.Linger);
        try
        {
            await gone.WaitAsync(limit, time, stop);
            logger.Drained();
            return HandoverEnd.Drained;
        }
        catch (TimeoutException)
        {
            logger.DrainOver(Visitors());
            return HandoverEnd.TimeOver;
        }
        catch (OperationCanceledException)
        {
            return HandoverEnd.Stopped;
        }
    }

    private int Visitors() => listening.Sum(part => part.Visitors);
}

/// <summary>How the old edge's part ended.</summary>
internal enum HandoverEnd
{
    /// <summary>All visitors have gone.</summary>
    Drained,

    /// <summary>The time is over, and visitors are left.</summary>
    TimeOver,

    /// <summary>The process was told to stop.</summary>
    Stopped,
}

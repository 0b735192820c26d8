using System.Net;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Transport;
using Mport.Server.Limits;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Sessions;

/// <summary>Answers a client's Hello: with a new session, with a carrier of one that it has, or with why not.</summary>
internal sealed class SessionGreeter(
    string domain,
    SessionGate gate,
    SessionRegistry sessions,
    TunnelOpener tunnels,
    AccountMemory memory,
    SessionLimits limits,
    SessionsMetrics metrics,
    TimeProvider time,
    ILogger<SessionGreeter> logger)
{
    /// <summary>Reads the greeting and answers it; true when the connection has become a carrier.</summary>
    /// <param name="transport">Past the TLS handshake.</param>
    /// <param name="remote">Where the client connects from.</param>
    /// <param name="began">When the connection was accepted, as a timestamp.</param>
    /// <param name="cancellationToken">The deadline, or the edge stops.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<bool> GreetAsync(ICarrierTransport transport, IPEndPoint remote, long began, CancellationToken cancellationToken)
    {
        Hello hello;
        try
        {
            hello = await EdgeHandshake.ReadAsync(transport, cancellationToken);
        }
        catch (ProtocolException error)
        {
            return await RefuseAsync(transport, remote, error.ToFailure(retry: false), cancellationToken);
        }

        // The database may block.
        await SocketCompletions.LeaveThreadAsync();
        return hello.Session is { } id
            ? await JoinAsync(transport, hello, id, remote, cancellationToken)
            : await OpenAsync(transport, hello, remote, began, cancellationToken);
    }

    private async Task<bool> OpenAsync(ICarrierTransport transport, Hello hello, IPEndPoint remote, long began, CancellationToken cancellationToken)
    {
        var (identity, refusal) = await gate.AdmitAsync(hello, remote, cancellationToken);
        if (identity is null)
        {
            return await RefuseAsync(transport, remote, refusal ?? Failure.Of(ProtocolErrors.SessionClosed), cancellationToken);
        }

        var session = new EdgeSession(
            identity,
            Math.Min(hello.Carriers, limits.MaxCarriers),
            new MemoryBudget(limits.SessionMemory, memory.Of(identity.UserId.Value)),
            new SessionTunnels(tunnels, limits, logger),
            limits,
            time,
            logger.SessionFaulted);

        // Known before the client hears its id: the next carrier may be on its way before Welcome is written to the end.
        if (!sessions.TryRun(session))
        {
            return await RefuseAsync(transport, remote, Failure.Of(ProtocolErrors.EdgeDraining, retry: true), cancellationToken);
        }

        logger.SessionBegan(identity.Id, identity.Email, remote, identity.ClientId, identity.Host ?? "an unnamed machine", hello.ClientVersion);
        await WelcomeAsync(transport, session, 0, cancellationToken);
        metrics.Began(time.GetElapsedTime(began));
        return true;
    }

    private async Task<bool> JoinAsync(ICarrierTransport transport, Hello hello, string id, IPEndPoint remote, CancellationToken cancellationToken)
    {
        var (session, refusal) = await gate.RecogniseAsync(hello, id, remote, cancellationToken);
        if (session is null)
        {
            return await RefuseAsync(transport, remote, refusal ?? Failure.Of(ProtocolErrors.SessionUnknown, retry: true), cancellationToken);
        }

        if (hello.Carrier >= session.Granted)
        {
            return await RefuseAsync(
                transport, remote, Failure.Of(ProtocolErrors.MalformedHello, $"The session may have {session.Granted} carriers."), cancellationToken);
        }

        logger.CarrierJoined(hello.Carrier, id, remote);
        return await WelcomeAsync(transport, session, hello.Carrier, cancellationToken);
    }

    private async Task<bool> WelcomeAsync(ICarrierTransport transport, EdgeSession session, int index, CancellationToken cancellationToken)
    {
        // The client opens one stream, the control stream, on the first carrier and none on the others.
        var options = new CarrierOptions { MaxIncomingStreams = index == 0 ? 1 : 0, MaxOutgoingStreams = limits.MaxStreams };
        try
        {
            await EdgeHandshake.WelcomeAsync(transport, WelcomeTo(session, options), cancellationToken);
        }
        catch (Exception broken) when (session.Carriers.Count == 0)
        {
            session.Close(Failure.Of(ConnectionErrors.ConnectionLost, $"The client did not hear its welcome: {broken.Message}"));
            throw;
        }

        var carrier = new Carrier(transport, CarrierRole.Edge, options, session.Windows, time);
        if (!session.TryAdd(new EdgeCarrier(index, carrier)))
        {
            await carrier.DisposeAsync();
        }

        return true;
    }

    private async Task<bool> RefuseAsync(ICarrierTransport transport, IPEndPoint remote, Failure failure, CancellationToken cancellationToken)
    {
        metrics.Refused(failure.Code);
        logger.SessionRefused(remote, failure.Code, failure.Text);
        await EdgeHandshake.RefuseAsync(transport, failure, cancellationToken);
        return false;
    }

    private Welcome WelcomeTo(EdgeSession session, CarrierOptions carrier) => new()
    {
        Protocol = ProtocolVersion.Current,
        ServerVersion = ProtocolVersion.Program,
        Session = session.Identity.Id,
        Generation = session.Identity.Generation,
        Account = session.Identity.Email,
        Domain = domain,
        Carriers = session.Granted,
        MaxStreams = carrier.MaxOutgoingStreams,
        Heartbeat = (int)carrier.Heartbeat.TotalSeconds,
    };
}

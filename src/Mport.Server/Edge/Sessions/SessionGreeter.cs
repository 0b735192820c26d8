using System.Net;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;
using Mport.Server.Events;
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
    IEventLog events,
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
            new SessionTunnels(tunnels, limits, events, logger),
            limits,
            metrics,
            time,
            logger);

        // Known before the client hears its id: the next carrier may be on its way before Welcome is written to the end.
        if (!sessions.TryRun(session))
        {
            return await RefuseAsync(transport, remote, Failure.Of(ProtocolErrors.EdgeDraining, retry: true), cancellationToken);
        }

        logger.SessionBegan(identity.Id, identity.Email, remote, identity.ClientId, identity.Host ?? "an unnamed machine", hello.ClientVersion);
        metrics.Began(time.GetElapsedTime(began));
        return await AddAsync(transport, session, hello, remote, cancellationToken);
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

        if (hello.Resume is { Ticket: not null } offer)
        {
            return await TakeUpAsync(transport, session, hello, offer, remote, cancellationToken);
        }

        logger.CarrierJoined(hello.Carrier, id, remote);
        return await AddAsync(transport, session, hello, remote, cancellationToken);
    }

    private async Task<bool> TakeUpAsync(
        ICarrierTransport transport, EdgeSession session, Hello hello, ResumeOffer offer, IPEndPoint remote, CancellationToken cancellationToken)
    {
        if (session.Find(hello.Carrier) is not { } carrier)
        {
            return await RefuseResumeAsync(transport, remote, Failure.Of(ProtocolErrors.ResumeRefused, "The edge does not keep this connection.", retry: true), cancellationToken);
        }

        var taken = await carrier.TakeUpAsync(
            transport,
            offer,
            answer => EdgeHandshake.WelcomeAsync(transport, WelcomeTo(session, answer), cancellationToken),
            limits.ResumeBytes,
            limits.ResumeGrace,
            cancellationToken);
        if (taken.Refusal is { } refusal)
        {
            return !taken.Welcomed && await RefuseResumeAsync(transport, remote, refusal, cancellationToken);
        }

        session.TookUp(hello.Carrier, taken);
        return true;
    }

    private async Task<bool> AddAsync(ICarrierTransport connection, EdgeSession session, Hello hello, IPEndPoint remote, CancellationToken cancellationToken)
    {
        if (!session.TryExpect())
        {
            return await RefuseAsync(connection, remote, Failure.Of(ProtocolErrors.SessionUnknown, retry: true), cancellationToken);
        }

        var tickets = new CarrierTickets();
        var answer = hello.Resume is not null && limits.ResumeGrace > TimeSpan.Zero
            ? new ResumeAnswer { Ticket = tickets.Current, Window = limits.ResumeBytes, Grace = (int)limits.ResumeGrace.TotalSeconds }
            : null;
        try
        {
            await EdgeHandshake.WelcomeAsync(connection, WelcomeTo(session, answer), cancellationToken);
        }
        catch (Exception broken)
        {
            session.NotComing(Failure.Of(ConnectionErrors.ConnectionLost, $"The client did not hear its welcome: {broken.Message}"));
            throw;
        }

        // The client opens one stream, the control stream, on the first carrier and none on the others.
        var options = new CarrierOptions { MaxIncomingStreams = hello.Carrier == 0 ? 1 : 0, MaxOutgoingStreams = limits.MaxStreams };
        var resume = new ResumeOptions { Window = limits.ResumeBytes, Grace = limits.ResumeGrace, Budget = session.Memory };
        var resumable = answer is null ? null : new ResumableTransport(connection, resume, hello.Resume?.Window ?? 0, time);
        var carrier = new Carrier(resumable ?? connection, CarrierRole.Edge, options, session.Memory, time);
        if (!session.TryAdd(new EdgeCarrier(hello.Carrier, carrier, resumable, tickets)))
        {
            await carrier.DisposeAsync();
        }

        return true;
    }

    private Task<bool> RefuseResumeAsync(ICarrierTransport transport, IPEndPoint remote, Failure failure, CancellationToken cancellationToken)
    {
        metrics.ResumeFailed(failure.Code);
        return RefuseAsync(transport, remote, failure, cancellationToken);
    }

    private async Task<bool> RefuseAsync(ICarrierTransport transport, IPEndPoint remote, Failure failure, CancellationToken cancellationToken)
    {
        metrics.Refused(failure.Code);
        logger.SessionRefused(remote, failure.Code, failure.Text);
        await EdgeHandshake.RefuseAsync(transport, failure, cancellationToken);
        return false;
    }

    private Welcome WelcomeTo(EdgeSession session, ResumeAnswer? resume) => new()
    {
        Protocol = ProtocolVersion.Current,
        ServerVersion = ProtocolVersion.Program,
        Session = session.Identity.Id,
        Generation = session.Identity.Generation,
        Account = session.Identity.Email,
        Domain = domain,
        Carriers = session.Granted,
        MaxStreams = limits.MaxStreams,
        Heartbeat = (int)new CarrierOptions().Heartbeat.TotalSeconds,
        Resume = resume,
    };
}

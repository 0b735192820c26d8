using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;

namespace Mport.Server.Edge.Sessions;

/// <summary>One carrier of a session, from its Welcome to its end; over several connections, where resume was agreed.</summary>
internal sealed class EdgeCarrier(int index, Carrier carrier, ResumableTransport? transport, CarrierTickets tickets) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private TaskCompletionSource _takenUp = NewEvent();

    /// <summary>Its place in the session: 0 has the control stream.</summary>
    public int Index => index;

    /// <summary>The carrier.</summary>
    public Carrier Carrier => carrier;

    /// <summary>Why its connection was lost, while it has none; else null.</summary>
    public Failure? Away => transport?.Suspension;

    /// <summary>How long it has had no connection; zero while it has one.</summary>
    public TimeSpan AwayFor => transport?.SuspendedFor ?? TimeSpan.Zero;

    /// <summary>Runs until it is lost for good, and gives the reason.</summary>
    /// <param name="onAway">Hears each time that its connection is lost and may yet be taken up.</param>
    /// <param name="closing">The session is being closed.</param>
    public async Task<Failure> RunAsync(Action<EdgeCarrier, Failure> onAway, CancellationToken closing)
    {
        var running = carrier.RunAsync(closing);
        if (transport is not null)
        {
            await WatchAsync(transport, running, onAway);
        }

        return await running;
    }

    /// <summary>A connection that is lost does not come back: its carrier ends.</summary>
    public void GiveUpIfAway()
    {
        if (Away is { } why)
        {
            transport?.GiveUp(why);
        }
    }

    /// <summary>Goes on over another connection, whatever has become of the one before: a client that dials again knows that it is lost (REL-12).</summary>
    /// <param name="next">The connection, owned by the carrier when this gives no refusal.</param>
    /// <param name="offer">The client's ticket and what it has received.</param>
    /// <param name="welcome">Writes the Welcome with this answer.</param>
    /// <param name="window">How many bytes this side keeps.</param>
    /// <param name="grace">For how long it keeps them.</param>
    /// <param name="cancellationToken">The greeting's deadline.</param>
    public async Task<TakenUp> TakeUpAsync(
        ICarrierTransport next, ResumeOffer offer, Func<ResumeAnswer, ValueTask> welcome, long window, TimeSpan grace, CancellationToken cancellationToken)
    {
        // A client that gave an attempt up early may be back before that attempt is through here.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (transport is null || offer is not { Ticket: { } ticket, Received: { } received } || !tickets.Accepts(ticket, transport.Received))
            {
                return TakenUp.Not(Failure.Of(ProtocolErrors.ResumeRefused, "The edge does not keep this connection, or the ticket is not the last one.", retry: true));
            }

            var lost = transport.WhenSuspended;
            transport.Suspend(Failure.Of(ConnectionErrors.ConnectionLost, "The client dialled again while the old connection still stood.", retry: true));
            if (transport.CheckResume(received) is { } mismatch)
            {
                transport.GiveUp(mismatch);
                return TakenUp.Not(mismatch.Code == ProtocolErrors.ResumeRefused.Code ? mismatch
                    : Failure.Of(ProtocolErrors.ResumeRefused, "The edge no longer keeps this connection.", retry: true));
            }

            var told = transport.Received;
            tickets.Replace(ticket, told);
            await welcome(new ResumeAnswer { Ticket = tickets.Current, Window = window, Grace = (int)grace.TotalSeconds, Received = told });
            var pause = transport.SuspendedFor;
            if (!transport.TryResume(next, received, out var refusal))
            {
                // Too late: it has ended since. The client hears of it when it dials again.
                return TakenUp.Not(refusal ?? Failure.Of(ProtocolErrors.ResumeRefused, retry: true), welcomed: true);
            }

            Interlocked.Exchange(ref _takenUp, NewEvent()).SetResult();
            return TakenUp.After(await lost, pause);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private static TaskCompletionSource NewEvent() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WatchAsync(ResumableTransport watched, Task running, Action<EdgeCarrier, Failure> onAway)
    {
        while (true)
        {
            var takenUp = Volatile.Read(ref _takenUp).Task;
            var lost = watched.WhenSuspended;
            if (await Task.WhenAny(lost, running) == running)
            {
                return;
            }

            onAway(this, await lost);
            if (await Task.WhenAny(takenUp, running) == running)
            {
                return;
            }
        }
    }
}

/// <summary>How taking a carrier up again went.</summary>
/// <param name="Refusal">Why not, else null.</param>
/// <param name="Welcomed">Whether the client was welcomed, and must not be refused any more.</param>
/// <param name="Reason">Why the connection before was lost.</param>
/// <param name="Pause">From then to now.</param>
internal sealed record TakenUp(Failure? Refusal, bool Welcomed, Failure? Reason, TimeSpan Pause)
{
    /// <summary>It goes on.</summary>
    public static TakenUp After(Failure reason, TimeSpan pause) => new(null, true, reason, pause);

    /// <summary>It does not.</summary>
    public static TakenUp Not(Failure refusal, bool welcomed = false) => new(refusal, welcomed, null, TimeSpan.Zero);
}

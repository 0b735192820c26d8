using Mport.Client.Dialing;
using Mport.Client.Health;
using Mport.Client.Sessions;
using Mport.Client.Streams;
using Mport.Protocol.Errors;

namespace Mport.Client;

/// <summary>One run of the engine: session after session, until it is stopped or a failure is final.</summary>
internal sealed class ClientRun
{
    // An edge that drains again and again must not pile up old sessions: with this many still finishing, the next is closed at once.
    private const int MaxDraining = 4;

    private readonly EngineContext _context;
    private readonly TunnelSet _tunnels;
    private readonly CarrierDialer _dialer;
    private readonly TargetLook _look;
    private readonly ReconnectPolicy _policy;
    private readonly OwnedTasks _draining;
    private readonly OwnedTasks _looks;
    private readonly OwnedTasks _checks;
    private TaskCompletionSource _replaced = NewReplaced();
    private volatile ClientSession? _session;
    private volatile bool _ended;

    /// <summary>Makes a run; <see cref="RunAsync"/> sets it going.</summary>
    public ClientRun(EngineContext context)
    {
        _context = context;
        _tunnels = new TunnelSet(context.Options.Tunnels, context.Time);
        _dialer = new CarrierDialer(context);
        _look = new TargetLook(new TargetDialer(context), context);
        _policy = new ReconnectPolicy(context.Options.FailFast, context.Surroundings.Random);
        _draining = new OwnedTasks(MaxDraining, context.TellDefect);
        _looks = new OwnedTasks(_tunnels.All.Count, context.TellDefect);
        _checks = new OwnedTasks(_tunnels.All.Count, context.TellDefect);
    }

    /// <summary>A look at the run now.</summary>
    public ClientStatus Status
    {
        get
        {
            var session = _session;
            return new ClientStatus
            {
                State = _ended ? ClientState.Ended
                    : session is null ? ClientState.Connecting
                    : session.IsSuspended ? ClientState.Reconnecting : ClientState.Online,
                RoundTrip = session?.RoundTrip,
                Tunnels = [.. _tunnels.All.Select(tunnel => tunnel.ToStatus())],
            };
        }
    }

    /// <summary>Runs to the end.</summary>
    public async Task<ClientEnd> RunAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = new NetworkWatch(_context).RunAsync(addresses => _session?.OnNetworkChanged(addresses), over.Token);
        Failure? failure = null;
        var datagrams = _context.Datagrams.RunAsync(over.Token);
        try
        {
            failure = await KeepSessionsAsync(over.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // A clean stop.
        }
        finally
        {
            await over.CancelAsync();
            await watching;
            await _draining.WhenIdleAsync();
            await _looks.WhenIdleAsync();
            await _checks.WhenIdleAsync();
            await datagrams;
            _ended = true;
        }

        return new ClientEnd(failure);
    }

    private async Task<Failure?> KeepSessionsAsync(CancellationToken stop)
    {
        LookAtTargets(stop);
        CheckHealth(stop);
        while (true)
        {
            var attempt = _policy.Attempt;
            _context.Tell(new Connecting(_context.Options.Edge, attempt));
            var dialled = await _dialer.OpenAsync(stop);
            var began = _context.Time.GetTimestamp();
            var end = dialled.Greeted is { } greeted
                ? await ServeAsync(greeted, stop)
                : new SessionEnd(dialled.Failure ?? Failure.Of(ConnectionErrors.EdgeUnreachable, retry: true), SessionEndKind.Lost);
            if (end is null)
            {
                return null;
            }

            var lasted = dialled.Greeted is null ? TimeSpan.Zero : _context.Time.GetElapsedTime(began);
            var draining = end.Kind == SessionEndKind.Draining;
            if ((draining ? _policy.Moved(end.Failure, lasted) : _policy.Next(end.Failure, lasted)) is not { } wait)
            {
                return end.Failure;
            }

            _context.Tell(draining ? new SessionDraining(end.Failure.Text) : new SessionLost(end.Failure, wait, attempt));
            await Task.Delay(wait, _context.Time, stop);
        }
    }

    /// <summary>Serves one session until the engine must turn away from it; null after a clean stop.</summary>
    private async Task<SessionEnd?> ServeAsync(GreetedCarrier greeted, CancellationToken stop)
    {
        var session = new ClientSession(greeted, _dialer, _tunnels, _context);
        var welcome = greeted.Welcome;
        _session = session;
        try
        {
            _context.Tell(new SessionConnected(
                welcome.Session, welcome.Account, welcome.Domain, _context.Options.Edge, greeted.Address, welcome.ServerVersion));
            session.Start();
            if (await Task.WhenAny(session.Settled, session.End).WaitAsync(stop) == session.Settled)
            {
                Replace();
            }

            var end = await session.End.WaitAsync(stop);
            await TurnAwayAsync(session, end, stop);
            return end;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await session.StopAsync("The client was stopped.");
            return null;
        }
        catch (Exception error)
        {
            // A defect: the session must not go on without an owner.
            await session.CloseAsync(Failure.Of(ProtocolErrors.SessionClosed, error.GetType().Name));
            throw;
        }
        finally
        {
            _session = null;
        }
    }

    private async Task TurnAwayAsync(ClientSession session, SessionEnd end, CancellationToken stop)
    {
        switch (end.Kind)
        {
            case SessionEndKind.Draining when Drains(session, end.Linger, stop):
                break;
            case SessionEndKind.RunOver:
                await session.StopAsync("The client ends, because a tunnel cannot be served.");
                break;
            default:
                await session.CloseAsync(Failure.Of(ProtocolErrors.SessionClosed, end.Failure.Text));
                break;
        }
    }

    private void CheckHealth(CancellationToken stop)
    {
        foreach (var tunnel in _tunnels.All)
        {
            if (tunnel.Spec.Health is { } check)
            {
                _checks.TryStart(() => new HealthLoop(tunnel, check, _context).RunAsync(stop));
            }
        }
    }

    private void LookAtTargets(CancellationToken stop)
    {
        foreach (var tunnel in _tunnels.Wanted)
        {
            // Once, not at each login: the system's list of listeners is long where many clients share a machine.
            _looks.TryStart(() => _look.RunAsync(tunnel, stop));
        }
    }

    private bool Drains(ClientSession session, TimeSpan linger, CancellationToken stop)
    {
        var replaced = _replaced.Task;
        return _draining.TryStart(() => session.FinishAsync(replaced, linger, stop));
    }

    // The sessions that drain need not wait for visitors any longer.
    private void Replace()
    {
        var replaced = _replaced;
        _replaced = NewReplaced();
        replaced.SetResult();
    }

    private static TaskCompletionSource NewReplaced() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

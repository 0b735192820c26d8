using Mport.Protocol;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;

namespace Mport.Client.Sessions;

/// <summary>
/// The client's side of a session's control streams, one after the other: asks for the tunnels, and acts on what the edge says. When carrier 0 is
/// lost, what was asked and not answered is asked again on the next one.
/// </summary>
/// <param name="session">The session, as the holder of its tunnels.</param>
/// <param name="set">The run's tunnels.</param>
/// <param name="table">The session's numbers.</param>
/// <param name="chores">Runs the retries of refused tunnels.</param>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class ControlLoop(object session, TunnelSet set, SessionTunnels table, OwnedTasks chores, EngineContext context) : IDisposable
{
    // A port that another program holds may come free at any time (REL-38); a tunnel that was closed but may come back does so sooner.
    private static readonly TimeSpan RetryRefused = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryClosed = TimeSpan.FromSeconds(1);

    // An edge asks for little more than its keep-alive time; a session costs a connection.
    private const int MaxLingerSeconds = 300;

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ControlChannel? _channel;
    private TaskCompletionSource _again = NewSignal();
    private bool _asked;

    /// <summary>The control stream that stands now, to tell it from others; null before the first.</summary>
    public object? Stream => Volatile.Read(ref _channel);

    /// <summary>Completes when every tunnel that was wanted at the start has its answer.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Runs on one control stream until something decides about the session; gives what.</summary>
    /// <param name="channel">The control stream, owned from here on; it takes the place of the one before.</param>
    /// <param name="closing">The session is being closed.</param>
    /// <exception cref="OperationCanceledException">The session is being closed.</exception>
    /// <exception cref="StreamException">The carrier has ended, or the edge reset the control stream.</exception>
    /// <exception cref="ProtocolException">The edge broke the rules.</exception>
    public async Task<SessionEnd> RunAsync(ControlChannel channel, CancellationToken closing)
    {
        Interlocked.Exchange(ref _channel, channel)?.Dispose();
        foreach (var tunnel in set.Wanted)
        {
            // What the stream before was told may have been lost with it.
            tunnel.Health.Wake();
        }

        if (!_asked)
        {
            _asked = true;
            foreach (var tunnel in set.Wanted)
            {
                table.Request(tunnel);
            }
        }

        foreach (var (request, tunnel) in table.Waiting())
        {
            await AskAsync(channel, request, tunnel, closing);
        }

        while (await channel.ReceiveAsync(closing) is { } message)
        {
            if (Act(message, closing) is { } end)
            {
                return end;
            }

            if (table.Waiting().Count == 0)
            {
                _settled.TrySetResult();
            }
        }

        return new SessionEnd(
            Failure.Of(ProtocolErrors.SessionClosed, "The edge ended the session without a reason.", retry: true), SessionEndKind.Lost);
    }

    private static SessionEnd RunOver(Failure failure) => new(failure with { Retry = false }, SessionEndKind.RunOver);

    private static Failure ToFailure(string? code, string text, bool retry) =>
        new(ErrorCode.TryParse(code, out var known) ? known : ProtocolErrors.SessionClosed.Code, text, retry);

    /// <summary>Sends a message on the control stream that stands now; false when none does.</summary>
    public async ValueTask<bool> TellAsync(ControlMessage message, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _channel) is not { } channel)
        {
            return false;
        }

        try
        {
            await channel.SendAsync(message, cancellationToken);
            return true;
        }
        catch (Exception over) when (over is OperationCanceledException or StreamException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _channel?.Dispose();

    private static ValueTask AskAsync(ControlChannel channel, int request, HostedTunnel tunnel, CancellationToken cancellationToken)
    {
        var spec = tunnel.Spec;
        return channel.SendAsync(
            new OpenTunnel
            {
                Request = request,
                Name = spec.Name,
                Proto = spec.Kind.ToWire(),
                Target = spec.Target.ToString(),
                Subdomain = spec.Subdomain,
                Domains = spec.Domains,
                Path = spec.Path,
                RemotePort = spec.RemotePort,
                Takeover = spec.Takeover,
                Group = spec.Group,
                Team = spec.Team,
                Sticky = spec.Sticky,
                Policy = spec.Policy,
            },
            cancellationToken);
    }

    private SessionEnd? Act(ControlMessage message, CancellationToken closing)
    {
        switch (message)
        {
            case TunnelOpened opened:
                Open(opened);
                return null;
            case TunnelRefused refused when table.Refuse(refused.Request) is { } tunnel:
                var refusal = ToFailure(refused.Code, refused.Text, refused.Retry);
                context.Tell(new TunnelNotOpened(tunnel.Spec, refusal));
                return context.Options.FailFast ? RunOver(refusal) : AskAgainOrEnd(tunnel, refusal, RetryRefused, closing);
            case TunnelClosed closed when table.Close(closed.Number) is { } tunnel:
                var reason = ToFailure(closed.Code, closed.Text, closed.Retry);
                tunnel.Closed(session);
                context.Tell(new TunnelEnded(tunnel.Spec, reason));
                return AskAgainOrEnd(tunnel, reason, RetryClosed, closing);
            case AskAgain:
                Interlocked.Exchange(ref _again, NewSignal()).SetResult();
                return null;
            case Notice notice:
                context.Tell(new EdgeNotice(notice.Level, notice.Text));
                return null;
            case Goodbye goodbye:
                return new SessionEnd(
                    ToFailure(goodbye.Code, goodbye.Text, goodbye.Retry), goodbye.Retry ? SessionEndKind.Draining : SessionEndKind.Lost)
                {
                    Linger = TimeSpan.FromSeconds(Math.Clamp(goodbye.Linger ?? 0, 0, MaxLingerSeconds)),
                };
            default:
                // A message of a later version, or an answer to nothing: passed over.
                return null;
        }
    }

    private void Open(TunnelOpened opened)
    {
        if (opened.Urls.Count == 0)
        {
            throw new ProtocolException(ProtocolErrors.ControlInvalid, "The edge opened a tunnel without an address.");
        }

        if (table.Open(opened.Request, opened.Number) is { } tunnel)
        {
            tunnel.Opened(session, opened.Urls);
            tunnel.Health.Wake();
            context.Tell(new TunnelReady(tunnel.Spec, opened.Tunnel, opened.Urls, opened.TookOver));
        }
    }

    private SessionEnd? AskAgainOrEnd(HostedTunnel tunnel, Failure failure, TimeSpan wait, CancellationToken closing)
    {
        if (!failure.Retry)
        {
            return set.End(tunnel, failure) is { } first ? RunOver(first) : null;
        }

        // One retry a tunnel at a time: the next request is made only when this one is answered, so the bound of the chores holds.
        var sooner = Volatile.Read(ref _again).Task;
        chores.TryStart(() => AskAfterAsync(tunnel, wait, sooner, closing));
        return null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AskAfterAsync(HostedTunnel tunnel, TimeSpan wait, Task sooner, CancellationToken closing)
    {
        try
        {
            await sooner.WaitAsync(wait, context.Time, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            closing.ThrowIfCancellationRequested();
            var request = table.Request(tunnel);
            if (Volatile.Read(ref _channel) is { } channel)
            {
                await AskAsync(channel, request, tunnel, closing);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or StreamException or ObjectDisposedException)
        {
            // The next control stream, or the next session, asks for it.
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Mport.Client.Dialing;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Resume;

namespace Mport.Client.Sessions;

/// <summary>
/// The carriers of one session. The first one makes the session usable; the others follow beside it. One that is lost takes only its own streams
/// along and is dialled again, for as long as another one stands.
/// </summary>
internal sealed class SessionCarriers : IDisposable
{
    // An edge that promises to wait for longer is not waited for.
    private const int MaxGraceSeconds = 3600;

    private readonly string _session;
    private readonly CarrierDialer _dialer;
    private readonly CarrierOptions _limits;
    private readonly EngineContext _context;
    private readonly CancellationTokenSource _dialling = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<SessionEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Carrier> _first = Channel.CreateBounded<Carrier>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly ConcurrentDictionary<int, CarrierResumption> _resumptions = new();
    private readonly Lock _lock = new();
    private Failure? _closed;
    private volatile bool _suspended;

    /// <summary>Makes the set; <see cref="RunAsync"/> sets each carrier going.</summary>
    public SessionCarriers(GreetedCarrier first, CarrierDialer dialer, EngineContext context)
    {
        var welcome = first.Welcome;
        var heartbeat = TimeSpan.FromSeconds(Math.Clamp(welcome.Heartbeat, 1, 60));
        _session = welcome.Session;
        _dialer = dialer;
        _context = context;
        _limits = new CarrierOptions { Heartbeat = heartbeat, DeadAfter = 3 * heartbeat };
        Granted = Math.Clamp(welcome.Carriers, 1, Math.Min(context.Options.Carriers, CarrierSet.Max));
    }

    /// <summary>How many carriers the session may have.</summary>
    public int Granted { get; }

    /// <summary>Those that run now.</summary>
    public CarrierSet Set { get; } = new();

    /// <summary>Streams that the edge may open at one time, on all carriers together.</summary>
    public int MaxStreams => _limits.MaxIncomingStreams;

    /// <summary>Completes when no carrier is left, or when the session cannot be whole again.</summary>
    public Task<SessionEnd> End => _end.Task;

    /// <summary>Completes when no carrier is left.</summary>
    public Task WhenEmpty => _empty.Task;

    /// <summary>The carrier of index 0, which has the control stream; another one each time that it was lost.</summary>
    public ChannelReader<Carrier> First => _first.Reader;

    /// <summary>Keeps the carrier of one index until the session is closed, or until the edge does not want it.</summary>
    /// <param name="index">From 0.</param>
    /// <param name="greeted">Its connection where there is one already, else null.</param>
    /// <param name="accept">Takes the streams that the edge opens on it, until it ends.</param>
    public async Task RunAsync(int index, GreetedCarrier? greeted, Func<Carrier, Task> accept)
    {
        var pace = new ReconnectPolicy(failFast: false, _context.Surroundings.Random);
        try
        {
            while ((greeted ?? await DialAsync(index, pace)) is { } connected)
            {
                greeted = null;
                var began = _context.Time.GetTimestamp();
                var reason = await ServeAsync(index, connected, accept);
                await PauseAsync(pace.Next(reason with { Retry = true, RetryAfter = null }, _context.Time.GetElapsedTime(began)));
            }
        }
        catch (OperationCanceledException) when (_dialling.IsCancellationRequested)
        {
            // The session is being closed, or drained: what is lost from now on stays lost.
        }
    }

    /// <summary>From now on, a carrier that is lost is not dialled again.</summary>
    public Task DialNoMoreAsync() => _dialling.CancelAsync();

    /// <summary>The machine's addresses have changed.</summary>
    public void OnNetworkChanged(IReadOnlyCollection<IPAddress> addresses)
    {
        foreach (var resumption in _resumptions.Values)
        {
            resumption.OnNetworkChanged(addresses);
        }
    }

    /// <summary>Ends all carriers.</summary>
    public async Task CloseAsync(Failure reason)
    {
        lock (_lock)
        {
            _closed ??= reason;
        }

        foreach (var carrier in Set.All)
        {
            carrier.Close(reason);
        }

        await _dialling.CancelAsync();
        await _closing.CancelAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _dialling.Dispose();
        _closing.Dispose();
    }

    private async Task<Failure> ServeAsync(int index, GreetedCarrier greeted, Func<Carrier, Task> accept)
    {
        var agreed = _context.Resumes ? greeted.Welcome.Resume : null;
        var transport = agreed is null ? null : new ResumableTransport(greeted.Transport, ResumeOptions(agreed), agreed.Window, _context.Time);
        var carrier = new Carrier(transport ?? greeted.Transport, CarrierRole.Client, _limits, _context.Windows, _context.Time);
        Add(index, carrier);
        var accepting = accept(carrier);
        var running = carrier.RunAsync(CancellationToken.None);
        if (transport is not null && agreed is not null)
        {
            var resumption = new CarrierResumption(greeted, agreed, index, carrier, transport, _dialer, _context);
            _resumptions[index] = resumption;
            await resumption.RunAsync(running, OnChange, _dialling.Token, _closing.Token);
            _resumptions.TryRemove(index, out _);
        }

        var reason = await running;
        Remove(index, carrier, reason);
        await accepting;
        return reason;
    }

    private ResumeOptions ResumeOptions(ResumeAnswer agreed) => new()
    {
        Window = _context.ResumeWindow,
        Grace = TimeSpan.FromSeconds(Math.Clamp(agreed.Grace, 0, MaxGraceSeconds)),
        Budget = _context.ResumeBudget,
    };

    private void OnChange(Failure? broken)
    {
        // Told once for all carriers, when the last of them is without a connection.
        if (broken is null)
        {
            _suspended = false;
        }
        else if (Set.IsSuspended && !_suspended)
        {
            _suspended = true;
            _context.Tell(new SessionSuspended(_session, broken));
        }
    }

    private void Add(int index, Carrier carrier)
    {
        Failure? closed;
        lock (_lock)
        {
            Set.Add(index, carrier);
            closed = _closed;
        }

        if (closed is not null)
        {
            carrier.Close(closed);
        }
        else if (index == 0)
        {
            _first.Writer.TryWrite(carrier);
        }
    }

    private void Remove(int index, Carrier carrier, Failure reason)
    {
        bool empty;
        lock (_lock)
        {
            Set.Remove(index, carrier);
            empty = Set.Count == 0;
            _closed ??= empty ? reason : null;
        }

        if (empty)
        {
            // Whatever broke the last carrier, another session may work; only the edge's own word (Goodbye) ends the run.
            _end.TrySetResult(new SessionEnd(reason with { Retry = true }, SessionEndKind.Lost));
            _empty.TrySetResult();
        }
    }

    /// <summary>Dials until there is a connection; null when the edge does not want the carrier.</summary>
    private async Task<GreetedCarrier?> DialAsync(int index, ReconnectPolicy pace)
    {
        while (true)
        {
            var dialled = await _dialer.JoinAsync(_session, index, _dialling.Token);
            if (dialled.Greeted is { } greeted)
            {
                return greeted;
            }

            var failure = dialled.Failure ?? Failure.Of(ConnectionErrors.EdgeUnreachable, retry: true);
            if (failure.Code == ProtocolErrors.SessionUnknown.Code)
            {
                // What answers now is another process than the one that has the session, or the session is over and its end is on the way. Without
                // its control stream a session is lame: the engine opens another one, and the streams of this one finish, where a carrier still works.
                if (index == 0)
                {
                    _end.TrySetResult(new SessionEnd(failure with { Retry = true }, Set.IsSuspended ? SessionEndKind.Lost : SessionEndKind.Draining));
                }

                return null;
            }

            if (pace.Next(failure, TimeSpan.Zero) is not { } wait)
            {
                return null;
            }

            await PauseAsync(wait);
        }
    }

    private Task PauseAsync(TimeSpan? wait) => Task.Delay(wait ?? TimeSpan.Zero, _context.Time, _dialling.Token);
}

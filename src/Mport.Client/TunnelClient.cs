using Mport.Client.Streams;

namespace Mport.Client;

/// <summary>
/// The engine: keeps a session with the edge, keeps its tunnels open, and connects visitors to targets, until it is stopped or until
/// something happens that retrying cannot mend. One run per instance; the members may be called from any thread.
/// </summary>
public sealed class TunnelClient
{
    private readonly ClientRun _run;
    private int _started;

    /// <summary>Makes an engine; <see cref="RunAsync"/> sets it going.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="observer">Hears what happens.</param>
    /// <param name="time">The clock for timeouts and backoff.</param>
    /// <exception cref="ArgumentException">There is no tunnel, two have one name, or one asks for a PROXY header that its kind cannot have.</exception>
    public TunnelClient(ClientOptions options, IClientObserver observer, TimeProvider time)
        : this(options, observer, time, Surroundings.Machine)
    {
    }

    internal TunnelClient(ClientOptions options, IClientObserver observer, TimeProvider time, Surroundings surroundings)
    {
        if (options.Tunnels.Count == 0 || options.Tunnels.DistinctBy(tunnel => tunnel.Name).Count() < options.Tunnels.Count)
        {
            throw new ArgumentException("At least one tunnel is needed, and each name once.", nameof(options));
        }

        if (options.Tunnels.Select(VisitorHeader.Fault).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        _run = new ClientRun(new EngineContext(options, observer, time, surroundings));
    }

    /// <summary>A look at the engine now. Cheap enough to be taken several times a second.</summary>
    public ClientStatus Status => _run.Status;

    /// <summary>Runs until <paramref name="stop"/> is cancelled (then it says goodbye and lets streams finish) or a final failure.</summary>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public async Task<ClientEnd> RunAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("A TunnelClient runs once.");
        }

        // The one place that leaves the caller's synchronization context: nothing below captures any.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await _run.RunAsync(stop);
    }
}

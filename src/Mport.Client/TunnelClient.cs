namespace Mport.Client;

/// <summary>
/// The engine: keeps a session with the edge, keeps its tunnels open, and connects visitors to targets, until it is stopped or until
/// something happens that retrying cannot mend. One run per instance; the members may be called from any thread.
/// </summary>
/// <param name="options">What to run.</param>
/// <param name="observer">Hears what happens.</param>
/// <param name="time">The clock for timeouts and backoff.</param>
public sealed class TunnelClient(ClientOptions options, IClientObserver observer, TimeProvider time)
{
    /// <summary>A look at the engine now.</summary>
    public ClientStatus Status => throw new NotSupportedException();

    /// <summary>Runs until <paramref name="stop"/> is cancelled (then it says goodbye and lets streams finish) or a final failure.</summary>
    public Task<ClientEnd> RunAsync(CancellationToken stop)
    {
        _ = (options, observer, time, stop);
        throw new NotSupportedException();
    }
}

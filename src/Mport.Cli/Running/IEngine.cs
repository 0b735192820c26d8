using Mport.Client;

namespace Mport.Cli.Running;

/// <summary>Makes the engine of one run.</summary>
internal delegate IEngine EngineFactory(ClientOptions options, IClientObserver observer, TimeProvider time);

/// <summary>What a run needs of the engine; the seam at which tests put their own.</summary>
internal interface IEngine
{
    /// <summary>A look at the engine now.</summary>
    ClientStatus Status { get; }

    /// <summary>Runs until <paramref name="stop"/> is cancelled or a final failure.</summary>
    Task<ClientEnd> RunAsync(CancellationToken stop);
}

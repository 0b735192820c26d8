using Mport.Client.Datagrams;
using Mport.Protocol.Carriers;

namespace Mport.Client;

/// <summary>What all parts of one run share.</summary>
/// <param name="Options">What to run.</param>
/// <param name="Observer">Hears what happens.</param>
/// <param name="Time">The clock.</param>
/// <param name="Surroundings">DNS, sockets, randomness.</param>
internal sealed record EngineContext(ClientOptions Options, IClientObserver Observer, TimeProvider Time, Surroundings Surroundings)
{
    // Eight streams at the largest window: more than one link fills, and little enough for a small machine.
    private const long WindowBytes = 8L * 16 * 1024 * 1024;

    private long _lastConnection;

    /// <summary>Bounds the receive windows of all sessions of the run.</summary>
    public WindowBudget Windows { get; } = new(WindowBytes);

    /// <summary>The visitors of UDP tunnels.</summary>
    public DatagramFlows Datagrams { get; } = new(Options, Observer, Time);

    /// <summary>Tells the observer.</summary>
    public void Tell(ClientEvent happened) => Observer.On(happened);

    /// <summary>Tells the observer of a defect of the engine.</summary>
    public void TellDefect(Exception error) => Observer.On(new UnexpectedError(error));

    /// <summary>The number of a new visitor's connection.</summary>
    public long NextConnection() => Interlocked.Increment(ref _lastConnection);
}

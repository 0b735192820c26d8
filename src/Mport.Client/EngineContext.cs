using Mport.Client.Datagrams;
using Mport.Protocol.Carriers;
using Mport.Protocol.Resume;

namespace Mport.Client;

/// <summary>What all parts of one run share.</summary>
/// <param name="Options">What to run.</param>
/// <param name="Observer">Hears what happens.</param>
/// <param name="Time">The clock.</param>
/// <param name="Surroundings">DNS, sockets, randomness.</param>
internal sealed record EngineContext(ClientOptions Options, IClientObserver Observer, TimeProvider Time, Surroundings Surroundings)
{
    // A quarter of it is for windows that grow, four at their largest: as much as one link fills. The rest is for visitors' bytes that targets do not read.
    private const long MemoryBytes = 256L * 1024 * 1024;

    // What two carriers keep at most, with the window below: more is on its way only over links that are both fast and long.
    private const long ResumeBytes = 32L * 1024 * 1024;

    private long _lastConnection;

    /// <summary>Bounds what the streams of all sessions of the run hold.</summary>
    public MemoryBudget Windows { get; } = new(MemoryBytes);

    /// <summary>The visitors of UDP tunnels.</summary>
    public DatagramFlows Datagrams { get; } = new(Options, Observer, Time);

    /// <summary>Bounds what all carriers of the run keep for the case that their connection breaks.</summary>
    public MemoryBudget ResumeBudget { get; } = new(ResumeBytes);

    /// <summary>Whether a broken connection is taken up again: not by a run that is to end at the first failure.</summary>
    public bool Resumes => Options is { Resume: true, FailFast: false };

    /// <summary>How many bytes one carrier keeps until the edge acknowledges them.</summary>
    public long ResumeWindow { get; } = new ResumeOptions().Window;

    /// <summary>Tells the observer.</summary>
    public void Tell(ClientEvent happened) => Observer.On(happened);

    /// <summary>Tells the observer of a defect of the engine.</summary>
    public void TellDefect(Exception error) => Observer.On(new UnexpectedError(error));

    /// <summary>The number of a new visitor's connection.</summary>
    public long NextConnection() => Interlocked.Increment(ref _lastConnection);
}

using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Resume;

/// <summary>
/// The byte pipe of a carrier that survives the loss of its connection: it numbers the bytes each way, keeps what the peer has not acknowledged, and
/// replays it on the next connection. Only for a carrier whose Hello and Welcome agreed on resume. Members may be called from any thread.
/// </summary>
public sealed class ResumableTransport : ICarrierTransport
{
    /// <summary>Makes the transport over a connection whose greeting is over; owns the connection from here on.</summary>
    /// <param name="first">The connection.</param>
    /// <param name="options">This side's limits.</param>
    /// <param name="peerWindow">How many unacknowledged bytes the peer keeps, as its Hello or Welcome says.</param>
    /// <param name="time">The clock.</param>
    public ResumableTransport(ICarrierTransport first, ResumeOptions options, long peerWindow, TimeProvider time)
    {
        _ = (first, options, peerWindow, time);
    }

    /// <summary>Bytes of the carrier that have come, over all connections: what a Hello or Welcome says. It stands still while suspended: read it then.</summary>
    public long Received => throw new NotSupportedException();

    /// <summary>Whether there is no connection at the moment.</summary>
    public bool IsSuspended => throw new NotSupportedException();

    /// <summary>How long there has been no connection; zero while there is one.</summary>
    public TimeSpan SuspendedFor => throw new NotSupportedException();

    /// <summary>Memory that holds unacknowledged bytes now.</summary>
    public long KeptBytes => throw new NotSupportedException();

    /// <summary>How often the carrier was taken up again.</summary>
    public int Resumes => throw new NotSupportedException();

    /// <summary>Bytes sent again, over all resumes.</summary>
    public long ReplayedBytes => throw new NotSupportedException();

    /// <summary>Completes when the current connection is lost, with the reason. A new task after each resume. Never faults; stays open when the transport ends.</summary>
    public Task<Failure> WhenSuspended => throw new NotSupportedException();

    /// <summary>
    /// Completes when the current connection seems dead but still stands, well before <see cref="WhenSuspended"/>: time to dial another one beside it.
    /// A new task once the doubt is over, because bytes came or another connection took its place.
    /// </summary>
    public Task<Failure> WhenSuspect => throw new NotSupportedException();

    /// <inheritdoc />
    public bool HasBufferedInput => throw new NotSupportedException();

    /// <summary>Gives the current connection up but keeps the state. Does nothing while suspended.</summary>
    public void Suspend(Failure why) => throw new NotSupportedException();

    /// <summary>Why the peer's offset cannot be served, or null when it can. The answer holds until the transport ends, provided it is suspended.</summary>
    public Failure? CheckResume(long peerReceived) => throw new NotSupportedException();

    /// <summary>Goes on over another connection whose greeting is over (the edge has written its Welcome), replaying what the peer has not received.</summary>
    /// <param name="next">The connection; owned by the transport when this returns true.</param>
    /// <param name="peerReceived">The peer's <see cref="Received"/>.</param>
    /// <param name="refusal">Why not.</param>
    public bool TryResume(ICarrierTransport next, long peerReceived, out Failure? refusal) => throw new NotSupportedException();

    /// <summary>Ends the transport: its carrier ends with this reason.</summary>
    public void GiveUp(Failure why) => throw new NotSupportedException();

    /// <inheritdoc />
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Abort() => throw new NotSupportedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}

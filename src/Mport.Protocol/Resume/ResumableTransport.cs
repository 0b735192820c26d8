using System.Buffers;
using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Resume;

/// <summary>
/// The byte pipe of a carrier that survives the loss of its connection: it numbers the bytes each way, keeps what the peer has not acknowledged, and
/// replays it on the next connection. Only for a carrier whose Hello and Welcome agreed on resume. Members may be called from any thread.
/// </summary>
public sealed class ResumableTransport : ICarrierTransport
{
    private readonly ResumeLink _link;
    private readonly ResumeReceiver _receiver;
    private readonly ResumeSender _sender;
    private readonly Suspect _suspect = new();
    private readonly TimeSpan _grace;

    /// <summary>Makes the transport over a connection whose greeting is over; owns the connection from here on.</summary>
    /// <param name="first">The connection.</param>
    /// <param name="options">This side's limits.</param>
    /// <param name="peerWindow">How many unacknowledged bytes the peer keeps, as its Hello or Welcome says.</param>
    /// <param name="time">The clock.</param>
    public ResumableTransport(ICarrierTransport first, ResumeOptions options, long peerWindow, TimeProvider time)
    {
        if (options.Window is < ResumeOptions.MinWindow or > ResumeOptions.MaxWindow)
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"A window of {options.Window} bytes is outside {ResumeOptions.MinWindow} to {ResumeOptions.MaxWindow}.");
        }

        _grace = options.Grace;
        _link = new ResumeLink(first, options, peerWindow, time);
        _receiver = new ResumeReceiver(_link, time);
        _sender = new ResumeSender(_link);
    }

    /// <summary>Bytes of the carrier that have come, over all connections: what a Hello or Welcome says. It stands still while suspended: read it then.</summary>
    public long Received => _link.Received;

    /// <summary>Whether there is no connection at the moment.</summary>
    public bool IsSuspended => _link.IsSuspended;

    /// <summary>Why there is no connection at the moment; null while there is one.</summary>
    public Failure? Suspension => _link.Suspension;

    /// <summary>How long there has been no connection; zero while there is one.</summary>
    public TimeSpan SuspendedFor => _link.SuspendedFor;

    /// <summary>Memory that holds unacknowledged bytes now.</summary>
    public long KeptBytes => _link.Kept;

    /// <summary>How often the carrier was taken up again.</summary>
    public int Resumes => _link.Resumes;

    /// <summary>Bytes sent again, over all resumes.</summary>
    public long ReplayedBytes => _link.Replayed;

    /// <summary>Completes when the current connection is lost, with the reason. A new task after each resume. Never faults; stays open when the transport ends.</summary>
    public Task<Failure> WhenSuspended => _link.WhenSuspended;

    /// <summary>
    /// Completes when the current connection seems dead but still stands, well before <see cref="WhenSuspended"/>: time to dial another one beside it.
    /// A new task once the doubt is over, because bytes came or another connection took its place.
    /// </summary>
    public Task<Failure> WhenSuspect => _suspect.When;

    /// <inheritdoc />
    public bool HasBufferedInput => _link.HasBufferedInput;

    /// <summary>Hears of each resume, on the thread that brings the connection.</summary>
    internal Action? OnResumed { get; set; }

    /// <summary>Since when the peer has owed an acknowledgement without any progress, as a timestamp; 0 when it owes none.</summary>
    internal long OwedSince => _link.OwedSince;

    /// <summary>Gives the current connection up but keeps the state, for the grace time. Does nothing while suspended.</summary>
    public void Suspend(Failure why) => _link.Suspend(_link.Connection, why);

    /// <summary>Why the peer's offset cannot be served, or null when it can. While suspended, the answer holds until the grace time is over.</summary>
    public Failure? CheckResume(long peerReceived) => _link.Check(peerReceived);

    /// <summary>Goes on over another connection whose greeting is over (the edge has written its Welcome), replaying what the peer has not received.</summary>
    /// <param name="next">The connection; owned by the transport when this returns true.</param>
    /// <param name="peerReceived">The peer's <see cref="Received"/>.</param>
    /// <param name="refusal">Why not: the peer's offset cannot be served, or the transport has ended.</param>
    public bool TryResume(ICarrierTransport next, long peerReceived, out Failure? refusal)
    {
        // What the peer was told must still be true: nothing more may come over the old connection.
        Suspend(Failure.Of(ConnectionErrors.ConnectionLost, "Another connection took its place.", retry: true));
        refusal = _link.Resume(next, peerReceived);
        if (refusal is null)
        {
            _suspect.Clear();
            OnResumed?.Invoke();
        }

        return refusal is null;
    }

    /// <summary>Ends the transport: its carrier ends with this reason.</summary>
    public void GiveUp(Failure why) => _link.GiveUp(why);

    /// <summary>Reads bytes of the carrier, without the records around them; waits while suspended. With an empty buffer it waits for input.</summary>
    /// <exception cref="IOException">The transport was given up.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var filled = await FillAsync(buffer, cancellationToken);
            var length = Unwrap(buffer.Span[..filled]);
            if (length > 0 || buffer.IsEmpty)
            {
                return length;
            }
        }
    }

    /// <summary>Adds bytes to the carrier: completes when they are handed to the network or, while suspended, kept. Waits while there is no room.</summary>
    /// <exception cref="IOException">The transport was given up.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        while (!batch.IsEmpty)
        {
            var length = Math.Min(batch.Length, RingAllowance.Free - ResumeRecordHeader.HeadRoom);
            var buffer = ArrayPool<byte>.Shared.Rent(ResumeRecordHeader.HeadRoom + length);
            batch[..length].CopyTo(buffer.AsMemory(ResumeRecordHeader.HeadRoom));
            await WriteOwnedAsync(buffer, length, cancellationToken);
            batch = batch[length..];
        }
    }

    /// <inheritdoc />
    public void Abort() => GiveUp(Failure.Of(ProtocolErrors.SessionClosed, "The session was ended on this side.", retry: true));

    /// <summary>Ends the transport. Its reader, writer and tender must have returned.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort();
        await _link.DisposeAsync();
        _sender.Dispose();
    }

    /// <inheritdoc cref="ResumeReceiver.FillAsync" />
    internal ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _receiver.FillAsync(buffer, cancellationToken);

    /// <inheritdoc cref="ResumeReceiver.TryTake" />
    internal bool TryTake(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data) => _receiver.TryTake(ref input, out data);

    /// <inheritdoc cref="ResumeLink.Taken" />
    internal void Taken() => _link.Taken();

    /// <inheritdoc cref="ResumeSender.SendAsync" />
    internal ValueTask WriteOwnedAsync(byte[] buffer, int length, CancellationToken cancellationToken) => _sender.SendAsync(buffer, length, cancellationToken);

    /// <summary>Sends what is due without a writer, disposes lost connections, and ends the grace time. Until cancelled.</summary>
    internal async Task TendAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _link.Work.WaitAsync(cancellationToken);
            if (_link.OnTick())
            {
                GiveUp(Failure.Of(ProtocolErrors.GraceOver, $"The connection was away for more than {_grace.TotalSeconds:0} s.", retry: true));
            }

            foreach (var lost in _link.TakeLost())
            {
                await lost.DisposeAsync();
            }

            await _sender.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Gives the current connection up, if it is the one after so many resumes: the silence was another's otherwise.</summary>
    internal void SuspendAfter(int resumes, Failure why)
    {
        var connection = _link.Connection;
        if (_link.Resumes == resumes)
        {
            _link.Suspend(connection, why);
        }
    }

    /// <summary>The current connection seems dead.</summary>
    internal void Doubt(Failure why) => _suspect.Set(why);

    /// <summary>It lives.</summary>
    internal void Trust() => _suspect.Clear();

    private int Unwrap(Span<byte> filled)
    {
        ReadOnlySpan<byte> input = filled;
        var length = 0;
        while (TryTake(ref input, out var data))
        {
            data.CopyTo(filled[length..]);
            length += data.Length;
        }

        Taken();
        return length;
    }
}

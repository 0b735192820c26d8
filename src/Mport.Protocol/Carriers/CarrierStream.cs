using System.Runtime.CompilerServices;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;

namespace Mport.Protocol.Carriers;

/// <summary>
/// One stream of a carrier: bytes both ways, each way ended on its own. One reader and one writer at a time; <see cref="Reset"/> from any thread.
/// </summary>
public sealed class CarrierStream
{
    private readonly Carrier _carrier;
    private readonly StreamInbox _inbox;
    private readonly StreamOutbox _outbox = new();
    private readonly WaitingFrame _frame = new();
    private int _ackDue;
    private int _acceptDue;
    private int _broken;
    private TaskCompletionSource? _whenBroken;

    internal CarrierStream(Carrier carrier, uint id, CarrierStreamOrigin origin, ReceiveWindow window)
    {
        _carrier = carrier;
        _inbox = new StreamInbox(carrier, window, carrier.Budget);
        Id = id;
        _ackDue = origin == CarrierStreamOrigin.Peer ? 1 : 0;
        _acceptDue = origin == CarrierStreamOrigin.Own ? 1 : 0;
    }

    /// <summary>The yamux stream id.</summary>
    public uint Id { get; }

    /// <summary>True once both directions have ended or the stream was reset.</summary>
    public bool IsClosed => Volatile.Read(ref _broken) != 0 || (_outbox.HasEnded && _inbox.HasEnded);

    /// <summary>Whether bytes have come that nobody has read yet.</summary>
    public bool HasUnread => !_inbox.Peek().IsEmpty;

    /// <summary>Sends all bytes, waiting for the peer's window where needed.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            await _outbox.WaitAsync(cancellationToken);
            var count = _outbox.Take(Math.Min(bytes.Length, CarrierWriter.MaxPayload));
            await SendAsync(TakeAck(), bytes[..count]);
            bytes = bytes[count..];
        }
    }

    /// <summary>Ends this side's direction (FIN); reading goes on. Does nothing when that has happened.</summary>
    public void CompleteWrites()
    {
        if (_outbox.TryEnd())
        {
            _carrier.Send(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Fin | TakeAck(), Id, 0));
            RemoveIfEnded();
        }
    }

    /// <summary>Reads what is there, at least one byte; 0 once the peer has ended its direction. With an empty buffer it waits until there is something.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!await WaitForDataAsync(null, cancellationToken) || buffer.IsEmpty)
        {
            return 0;
        }

        var copied = 0;
        while (copied < buffer.Length && Peek() is { IsEmpty: false } first)
        {
            var count = Math.Min(first.Length, buffer.Length - copied);
            first.Span[..count].CopyTo(buffer.Span[copied..]);
            Dequeue(count);
            copied += count;
        }

        return copied == 0 ? throw _outbox.Fault() : copied;
    }

    /// <summary>Aborts both directions (RST); pending reads and writes fail. Does nothing on a closed stream.</summary>
    public void Reset() => ResetWith(StreamFault.ResetHere);

    /// <summary>Gives the stream up: in order when the peer has ended its direction, else with a reset, so that it does not send in vain.</summary>
    public void Close()
    {
        if (_inbox.HasEnded)
        {
            CompleteWrites();
            _inbox.Discard();
        }
        else
        {
            Reset();
        }
    }

    /// <summary>The stream as a <see cref="Stream"/>; disposing it closes the stream (<see cref="Close"/>).</summary>
    public Stream AsStream() => new CarrierStreamAdapter(this);

    /// <summary>Sends the frame that opens the stream, with its first bytes.</summary>
    internal async ValueTask OpenAsync(ReadOnlyMemory<byte> first)
    {
        if (first.IsEmpty)
        {
            _carrier.Send(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Syn, Id, 0));
        }
        else
        {
            await SendAsync(FrameFlags.Syn, first[.._outbox.Take(first.Length)]);
        }
    }

    /// <summary>The peer has accepted the stream.</summary>
    internal void OnAccepted()
    {
        if (Interlocked.Exchange(ref _acceptDue, 0) != 0)
        {
            _carrier.Accepted();
        }
    }

    /// <summary>Waits until the peer's window has room.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    internal ValueTask WaitForCreditAsync(CancellationToken cancellationToken) => _outbox.WaitAsync(cancellationToken);

    /// <summary>Waits until bytes are queued (true) or the peer has ended its direction (false). Until then, the sink gets what comes.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    internal ValueTask<bool> WaitForDataAsync(IReceiveSink? sink, CancellationToken cancellationToken) => _inbox.WaitAsync(sink, cancellationToken);

    /// <summary>Completes when the stream is reset, by either side, or its carrier ends. For one who waits neither for room nor for data.</summary>
    internal Task WhenBroken()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting = Interlocked.CompareExchange(ref _whenBroken, waiting, null) ?? waiting;
        if (Volatile.Read(ref _broken) != 0)
        {
            waiting.TrySetResult();
        }

        return waiting.Task;
    }

    /// <summary>The first queued bytes, valid until <see cref="Dequeue"/>; empty when none are queued.</summary>
    internal ReadOnlyMemory<byte> Peek() => _inbox.Peek();

    /// <summary>Drops queued bytes that have gone on, and lets the peer send more.</summary>
    internal void Dequeue(int count) => TellRoom(_inbox.Dequeue(count));

    /// <summary>The carrier's reader announces a data frame; false when the peer may not send so much.</summary>
    internal bool TryAnnounce(uint bytes) => _inbox.TryAnnounce(bytes);

    /// <summary>The carrier's reader brings bytes of an announced frame.</summary>
    internal void Deliver(ReadOnlySpan<byte> bytes)
    {
        var room = _inbox.Deliver(bytes);
        if (room == StreamInbox.NoMemory)
        {
            ResetWith(StreamFault.NoMemory);
            return;
        }

        TellRoom(room);
    }

    /// <summary>The carrier's reader brings room to send.</summary>
    /// <exception cref="ProtocolException">The window would pass what the wire can count.</exception>
    internal void AddCredit(uint bytes)
    {
        if (!_outbox.TryAdd(bytes))
        {
            throw new ProtocolException(ProtocolErrors.WindowExceeded, $"The window of stream {Id} would grow past 2^31-1 bytes.");
        }
    }

    /// <summary>The peer has ended its direction.</summary>
    internal void OnFin()
    {
        _inbox.End();
        RemoveIfEnded();
    }

    /// <summary>Ends the stream at once on this side, without a frame; false when it was over before.</summary>
    internal bool Break(StreamFault fault)
    {
        var over = IsClosed;
        if (Interlocked.Exchange(ref _broken, 1) != 0)
        {
            return false;
        }

        _outbox.Break(fault);
        _inbox.Break(fault);
        Volatile.Read(ref _whenBroken)?.TrySetResult();
        OnAccepted();
        _carrier.Remove(this);
        return !over;
    }

    private void ResetWith(StreamFault fault)
    {
        if (Break(fault))
        {
            _carrier.Send(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, Id, 0));
        }
    }

    private async ValueTask SendAsync(FrameFlags flags, ReadOnlyMemory<byte> payload)
    {
        if (!await _carrier.SendAsync(_frame, new FrameHeader(FrameType.Data, flags, Id, (uint)payload.Length), payload))
        {
            throw _outbox.Fault();
        }
    }

    private void TellRoom(int bytes)
    {
        if (bytes > 0)
        {
            _carrier.Send(new FrameHeader(FrameType.WindowUpdate, TakeAck(), Id, (uint)bytes));
        }
    }

    // The first frame that goes back on an accepted stream carries the ACK.
    private FrameFlags TakeAck() =>
        Volatile.Read(ref _ackDue) != 0 && Interlocked.Exchange(ref _ackDue, 0) != 0 ? FrameFlags.Ack : FrameFlags.None;

    private void RemoveIfEnded()
    {
        if (_outbox.HasEnded && _inbox.HasEnded)
        {
            _inbox.ReleaseWindow();
            OnAccepted();
            _carrier.Remove(this);
        }
    }
}

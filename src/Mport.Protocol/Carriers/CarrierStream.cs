using System.Runtime.CompilerServices;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;

namespace Mport.Protocol.Carriers;

/// <summary>
/// One stream of a carrier: bytes both ways, each way ended on its own. One reader and one writer at a time; <see cref="Reset"/> from any thread.
/// </summary>
public sealed class CarrierStream
{
    private readonly Lock _gate = new();
    private readonly Carrier _carrier;
    private readonly Signal _received = new(inline: false);
    private readonly Signal _credited = new(inline: false);
    private readonly WaitingFrame _frame = new();
    private readonly ReceiveQueue _queue = new();
    private ReceiveWindow _window;
    private long _credit = ReceiveWindow.InitialBytes;
    private IReceiveSink? _sink;
    private ErrorDescription? _broken;
    private string _brokenText = "";
    private bool _ackDue;
    private bool _acceptDue;
    private bool _finSent;
    private bool _finReceived;

    internal CarrierStream(Carrier carrier, uint id, CarrierStreamOrigin origin, ReceiveWindow window)
    {
        _carrier = carrier;
        Id = id;
        _ackDue = origin == CarrierStreamOrigin.Peer;
        _acceptDue = origin == CarrierStreamOrigin.Own;
        _window = window;
    }

    /// <summary>The yamux stream id.</summary>
    public uint Id { get; }

    /// <summary>True once both directions have ended or the stream was reset.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _broken is not null || (_finSent && _finReceived);
            }
        }
    }

    /// <summary>Sends all bytes, waiting for the peer's window where needed.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            await WaitForCreditAsync(cancellationToken);
            var (count, flags) = TakeCredit(Math.Min(bytes.Length, CarrierWriter.MaxPayload));
            var header = new FrameHeader(FrameType.Data, flags, Id, (uint)count);
            if (!await _carrier.SendAsync(_frame, header, bytes[..count]))
            {
                throw Broken();
            }

            bytes = bytes[count..];
        }
    }

    /// <summary>Ends this side's direction (FIN); reading goes on. Does nothing when that has happened.</summary>
    public void CompleteWrites()
    {
        FrameFlags flags;
        lock (_gate)
        {
            if (_finSent || _broken is not null)
            {
                return;
            }

            _finSent = true;
            flags = FrameFlags.Fin | TakeAck();
        }

        _carrier.Send(new FrameHeader(FrameType.WindowUpdate, flags, Id, 0), inline: true);
        RemoveIfEnded();
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

        return copied == 0 ? throw Broken() : copied;
    }

    /// <summary>Aborts both directions (RST); pending reads and writes fail. Does nothing on a closed stream.</summary>
    public void Reset()
    {
        if (Break(ProtocolErrors.StreamReset, "The stream was reset on this side."))
        {
            _carrier.Send(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, Id, 0), inline: false);
        }
    }

    /// <summary>The stream as a <see cref="Stream"/>; disposing it resets the stream unless both directions have ended.</summary>
    public Stream AsStream() => new CarrierStreamAdapter(this);

    /// <summary>Sends the frame that opens the stream, with its first bytes.</summary>
    internal async ValueTask OpenAsync(ReadOnlyMemory<byte> first)
    {
        if (first.IsEmpty)
        {
            _carrier.Send(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Syn, Id, 0), inline: true);
            return;
        }

        TakeCredit(first.Length);
        if (!await _carrier.SendAsync(_frame, new FrameHeader(FrameType.Data, FrameFlags.Syn, Id, (uint)first.Length), first))
        {
            throw Broken();
        }
    }

    /// <summary>The peer has accepted the stream.</summary>
    internal void OnAccepted()
    {
        lock (_gate)
        {
            if (!_acceptDue)
            {
                return;
            }

            _acceptDue = false;
        }

        _carrier.Accepted();
    }

    /// <summary>Waits until the peer's window has room.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask WaitForCreditAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_broken is not null || _finSent)
                {
                    throw Broken();
                }

                if (_credit > 0)
                {
                    return;
                }
            }

            await _credited.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until bytes are queued (true) or the peer has ended its direction (false). Until then, the sink gets what comes.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<bool> WaitForDataAsync(IReceiveSink? sink, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_broken is not null)
                {
                    throw Broken();
                }

                if (!_queue.IsEmpty)
                {
                    return true;
                }

                if (_finReceived)
                {
                    return false;
                }

                _sink = sink;
            }

            await _received.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The first queued bytes, valid until <see cref="Dequeue"/>; empty when none are queued.</summary>
    internal ReadOnlyMemory<byte> Peek()
    {
        lock (_gate)
        {
            return _queue.Peek();
        }
    }

    /// <summary>Drops queued bytes that have gone on, and lets the peer send more.</summary>
    internal void Dequeue(int count)
    {
        lock (_gate)
        {
            if (_queue.IsEmpty)
            {
                // The stream broke while its bytes were on their way.
                return;
            }

            _queue.Dequeue(count);
        }

        Consumed(count);
    }

    /// <summary>The carrier's reader announces a data frame; false when the peer may not send so much.</summary>
    internal bool TryAnnounce(uint bytes)
    {
        lock (_gate)
        {
            return _window.TryReceive(bytes) && !_finReceived;
        }
    }

    /// <summary>The carrier's reader brings bytes of an announced frame.</summary>
    internal void Deliver(ReadOnlySpan<byte> bytes)
    {
        IReceiveSink? sink;
        lock (_gate)
        {
            if (_broken is not null)
            {
                return;
            }

            sink = _sink;
            if (sink is null)
            {
                _queue.Enqueue(bytes);
            }
        }

        if (sink is not null)
        {
            // While the sink is set the queue is empty, and nobody else writes to where the sink leads.
            var taken = sink.Take(bytes);
            if (taken > 0)
            {
                Consumed(taken);
            }

            if (taken == bytes.Length)
            {
                return;
            }

            lock (_gate)
            {
                _sink = null;
                if (_broken is null)
                {
                    _queue.Enqueue(bytes[taken..]);
                }
            }
        }

        _received.Set();
    }

    /// <summary>The carrier's reader brings room to send.</summary>
    /// <exception cref="ProtocolException">The window would pass what the wire can count.</exception>
    internal void AddCredit(uint bytes)
    {
        lock (_gate)
        {
            if (_credit + bytes > int.MaxValue)
            {
                throw new ProtocolException(ProtocolErrors.WindowExceeded, $"The window of stream {Id} would grow past 2^31-1 bytes.");
            }

            _credit += bytes;
        }

        _credited.Set();
    }

    /// <summary>The peer has ended its direction.</summary>
    internal void OnFin()
    {
        lock (_gate)
        {
            _finReceived = true;
            _sink = null;
        }

        _received.Set();
        RemoveIfEnded();
    }

    /// <summary>Ends the stream at once on this side, without a frame; false when it was ended before.</summary>
    internal bool Break(ErrorDescription description, string text)
    {
        lock (_gate)
        {
            if (_broken is not null || (_finSent && _finReceived && _queue.IsEmpty))
            {
                return false;
            }

            _broken = description;
            _brokenText = text;
            _sink = null;
            _queue.Abandon();
            _window.Release();
        }

        OnAccepted();
        _carrier.Remove(this);
        _received.Set();
        _credited.Set();
        return true;
    }

    private (int Count, FrameFlags Flags) TakeCredit(int wanted)
    {
        lock (_gate)
        {
            var count = (int)Math.Min(_credit, wanted);
            _credit -= count;
            return (count, TakeAck());
        }
    }

    // The first frame that goes back on an accepted stream carries the ACK.
    private FrameFlags TakeAck()
    {
        var flags = _ackDue ? FrameFlags.Ack : FrameFlags.None;
        _ackDue = false;
        return flags;
    }

    private void Consumed(int bytes)
    {
        int delta;
        FrameFlags flags;
        lock (_gate)
        {
            if (_broken is not null || _finReceived)
            {
                return;
            }

            delta = _window.Consume(bytes, _carrier.Timestamp, _carrier.RoundTripTicks);
            if (delta == 0)
            {
                return;
            }

            flags = TakeAck();
        }

        _carrier.Send(new FrameHeader(FrameType.WindowUpdate, flags, Id, (uint)delta), inline: false);
    }

    private void RemoveIfEnded()
    {
        lock (_gate)
        {
            if (!_finSent || !_finReceived)
            {
                return;
            }

            _window.Release();
        }

        OnAccepted();
        _carrier.Remove(this);
    }

    private StreamException Broken()
    {
        lock (_gate)
        {
            return new StreamException(_broken ?? ProtocolErrors.SessionClosed, _broken is null ? "The stream has ended." : _brokenText);
        }
    }
}

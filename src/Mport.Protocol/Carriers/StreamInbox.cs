using System.Runtime.CompilerServices;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Carriers;

/// <summary>
/// The receiving half of a stream: its window, what has come and has not gone on, and where it may go straight to. One lock, under which nothing
/// waits. The carrier's reader brings bytes; one reader of the stream takes them. What is queued is taken from the budget, as far as the window's
/// growth has not paid for it already.
/// </summary>
internal sealed class StreamInbox(Carrier carrier, ReceiveWindow window, MemoryBudget budget)
{
    /// <summary>What <see cref="Deliver"/> gives when the budget has no room for the bytes: the stream must end.</summary>
    public const int NoMemory = -1;

    // As much as one segment of the queue: who holds so little gets through while larger buffers are refused.
    private const int SmallBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Signal _arrived = new(inline: false);
    private readonly ReceiveQueue _queue = new();
    private ReceiveWindow _window = window;
    private IReceiveSink? _sink;
    private StreamFault? _fault;
    private bool _ended;
    private bool _released;
    private int _charged;

    /// <summary>Whether the peer has ended its direction.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    /// <summary>A data frame is announced; false when the peer may not send so much, or nothing any more.</summary>
    public bool TryAnnounce(uint bytes)
    {
        lock (_gate)
        {
            return !_ended && _window.TryReceive(bytes);
        }
    }

    /// <summary>Bytes of an announced frame come. Called by the carrier's reader alone.</summary>
    /// <returns>Room to tell the peer of, or 0, or <see cref="NoMemory"/>.</returns>
    public int Deliver(ReadOnlySpan<byte> bytes)
    {
        IReceiveSink? sink;
        lock (_gate)
        {
            sink = _sink;
            if (sink is null && !TryEnqueue(bytes))
            {
                return NoMemory;
            }
        }

        var room = 0;
        if (sink is not null)
        {
            // While the sink is set the queue is empty, and nobody else writes to where the sink leads.
            var taken = sink.Take(bytes);
            room = taken > 0 ? Consumed(taken) : 0;
            if (taken == bytes.Length)
            {
                return room;
            }

            lock (_gate)
            {
                _sink = null;
                if (!TryEnqueue(bytes[taken..]))
                {
                    return NoMemory;
                }
            }
        }

        _arrived.Set();
        return room;
    }

    /// <summary>Waits until bytes are queued (true) or the peer has ended its direction (false). Until then, the sink gets what comes.</summary>
    /// <exception cref="StreamException">The stream is broken.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(IReceiveSink? sink, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_fault is not null)
                {
                    throw _fault.ToException();
                }

                if (!_queue.IsEmpty)
                {
                    return true;
                }

                if (_ended)
                {
                    return false;
                }

                _sink = sink;
            }

            await _arrived.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The first queued bytes, valid until <see cref="Dequeue"/>; empty when none are queued.</summary>
    public ReadOnlyMemory<byte> Peek()
    {
        lock (_gate)
        {
            return _queue.Peek();
        }
    }

    /// <summary>Drops queued bytes that have gone on.</summary>
    /// <returns>Room to tell the peer of, or 0.</returns>
    public int Dequeue(int count)
    {
        lock (_gate)
        {
            if (_queue.IsEmpty)
            {
                // The stream broke while its bytes were on their way.
                return 0;
            }

            _queue.Dequeue(count);
            Settle();
        }

        return Consumed(count);
    }

    /// <summary>The peer has ended its direction.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _sink = null;
        }

        _arrived.Set();
    }

    /// <summary>Drops all, and fails the reader.</summary>
    public void Break(StreamFault fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
            _sink = null;
            _queue.Abandon();
            _released = true;
            Settle();
        }

        _arrived.Set();
    }

    /// <summary>Nobody reads what is queued any more.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _queue.Abandon();
            _released = true;
            Settle();
        }
    }

    /// <summary>The stream is over; what is queued can still be read.</summary>
    public void ReleaseWindow()
    {
        lock (_gate)
        {
            _released = true;
            Settle();
        }
    }

    private bool TryEnqueue(ReadOnlySpan<byte> bytes)
    {
        if (_fault is not null)
        {
            return true;
        }

        _queue.Enqueue(bytes);
        var more = _queue.RentedBytes - _window.Growth - _charged;
        if (more > 0)
        {
            if (!budget.TryTake(more, _queue.RentedBytes <= SmallBytes ? MemoryUse.Small : MemoryUse.Buffer))
            {
                return false;
            }

            _charged += more;
        }

        return true;
    }

    // Gives back what is no longer needed. The window's growth is kept while it pays for what is queued.
    private void Settle()
    {
        if (_released && _queue.IsEmpty)
        {
            _window.Release();
        }

        var due = Math.Max(0, _queue.RentedBytes - _window.Growth);
        if (due < _charged)
        {
            budget.Return(_charged - due);
            _charged = due;
        }
    }

    private int Consumed(int bytes)
    {
        lock (_gate)
        {
            // Who has ended needs no more room.
            return _fault is not null || _ended ? 0 : _window.Consume(bytes, carrier.Timestamp, carrier.RoundTripTicks);
        }
    }
}

using System.Buffers;
using Mport.Protocol.Carriers;

namespace Mport.Protocol.Datagrams;

/// <summary>
/// Datagrams of many visitors over one stream of a carrier, in records (<see cref="DatagramRecord"/>). Sending never waits: what the carrier does
/// not take at once is queued, and a full queue drops its oldest. Whatever waits leaves in frames of up to 64 KiB, so that a backlog is cheap and a
/// single datagram is not held up. Thread-safe.
/// </summary>
public sealed class DatagramStream
{
    // Past this many, the peer is left to its own idle time: a number that it still uses is answered with a new Forget.
    private const int MaxForgets = 16 * 1024;

    // The longest record fits. What is more than one frame takes leaves in two.
    private const int BatchBytes = 64 * 1024;

    private readonly IDatagramReceiver _receiver;
    private readonly DatagramCount _count;
    private readonly DatagramStreamSide _side;
    private readonly Lock _gate = new();
    private readonly Signal _ready = new(inline: true);
    private readonly DatagramQueue _queue;
    private readonly Queue<uint> _forgets = new();
    private bool _completed;
    private volatile bool _over;

    /// <summary>Makes one; <see cref="RunAsync"/> sets it going. What is sent before waits for that.</summary>
    /// <param name="side">Which end this is.</param>
    /// <param name="receiver">Takes what comes.</param>
    /// <param name="limits">What may wait.</param>
    /// <param name="budget">Bounds what may wait on all streams together.</param>
    /// <param name="count">Where dropped datagrams are counted.</param>
    public DatagramStream(DatagramStreamSide side, IDatagramReceiver receiver, DatagramLimits limits, MemoryBudget budget, DatagramCount count)
    {
        _side = side;
        _receiver = receiver;
        _count = count;
        _queue = new DatagramQueue(limits, budget);
    }

    /// <summary>Whether nothing goes out on it any more: its carrier ended, it was reset or completed.</summary>
    public bool IsOver => _over;

    /// <summary>Queues a datagram; <see cref="Flush"/> sends what is queued.</summary>
    public void Send(DatagramVisitor visitor, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > DatagramRecord.MaxPayload)
        {
            // IPv6 allows 20 bytes more, which no IPv4 socket could send on.
            _count.AddDropped(DatagramDrop.TooLarge);
            return;
        }

        int dropped;
        lock (_gate)
        {
            dropped = _over ? 1 : _queue.Enqueue(visitor, payload);
        }

        if (dropped > 0)
        {
            _count.AddDropped(DatagramDrop.Behind, dropped);
        }
    }

    /// <summary>Sends what is queued, on this thread as far as the carrier takes it.</summary>
    public void Flush() => _ready.Set();

    /// <summary>A visitor is gone: what of it is queued is dropped, and the peer is told, if it was ever told of the visitor.</summary>
    public void Forget(DatagramVisitor visitor)
    {
        visitor.MarkGone();
        lock (_gate)
        {
            if (_side == DatagramStreamSide.Edge && visitor.KnownOn != this)
            {
                return;
            }
        }

        Forget(visitor.Number);
    }

    /// <summary>The peer uses a number that stands for nobody, or for somebody who is gone: it is told.</summary>
    public void Forget(uint number)
    {
        lock (_gate)
        {
            if (_over || _forgets.Count >= MaxForgets)
            {
                return;
            }

            _forgets.Enqueue(number);
        }

        Flush();
    }

    /// <summary>The peer has forgotten a visitor: its next datagram announces it again.</summary>
    public void Forgotten(DatagramVisitor visitor)
    {
        lock (_gate)
        {
            if (visitor.KnownOn == this)
            {
                visitor.KnownOn = null;
            }
        }
    }

    /// <summary>Takes no more datagrams; what is queued still goes out, then this side's direction ends.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
        }

        Flush();
    }

    /// <summary>Sends and receives until both directions have ended; owns the stream, past its prelude. Call once.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="beforeReceiving">Reads what stands before the first record, while datagrams go out already; a <see cref="StreamException"/> ends both directions.</param>
    /// <param name="cancellationToken">Resets the stream.</param>
    /// <returns>Null when it ended in order, else why not.</returns>
    public async Task<StreamException?> RunAsync(CarrierStream stream, Func<CarrierStream, ValueTask>? beforeReceiving, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = UntilAsync(SendAsync(stream, over.Token));
        var receiving = UntilAsync(ReceiveAsync(stream, beforeReceiving, over.Token));
        var first = await Task.WhenAny(sending, receiving);
        if (await first is null && first == receiving)
        {
            // The edge closed the tunnel, or moved it to a newer session; or the client has done as much.
            Complete();
        }

        var fault = await first ?? await (first == sending ? receiving : sending);
        Abandon();
        if (fault is not null)
        {
            stream.Reset();
            await over.CancelAsync();
            Flush();
            await sending;
            await receiving;
        }

        return fault;
    }

    /// <summary>Takes and sends nothing any more.</summary>
    public void Abandon()
    {
        int dropped;
        lock (_gate)
        {
            _over = true;
            _forgets.Clear();
            dropped = _queue.Clear();
        }

        if (dropped > 0)
        {
            _count.AddDropped(DatagramDrop.Behind, dropped);
        }
    }

    private static async Task<StreamException?> UntilAsync(Task loop)
    {
        try
        {
            await loop;
            return null;
        }
        catch (StreamException fault)
        {
            return fault;
        }
        catch (OperationCanceledException)
        {
            return StreamFault.ResetHere.ToException();
        }
    }

    private async Task ReceiveAsync(CarrierStream stream, Func<CarrierStream, ValueTask>? before, CancellationToken cancellationToken)
    {
        if (before is not null)
        {
            await before(stream);
        }

        var sink = new DatagramSink(this, _receiver);
        while (await stream.WaitForDataAsync(sink, cancellationToken))
        {
            while (stream.Peek() is { IsEmpty: false } bytes)
            {
                stream.Dequeue(sink.Take(bytes.Span));
                if (sink.Fault is { } fault)
                {
                    throw fault;
                }
            }
        }

        sink.End();
    }

    private async Task SendAsync(CarrierStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            await stream.WaitForCreditAsync(cancellationToken);
            if (await SendBatchAsync(stream, cancellationToken))
            {
                continue;
            }

            if (IsFinished())
            {
                stream.CompleteWrites();
                return;
            }

            // Goes on inside Flush, on the thread of whoever has received the datagrams.
            await _ready.WaitAsync(cancellationToken);
        }
    }

    private async ValueTask<bool> SendBatchAsync(CarrierStream stream, CancellationToken cancellationToken)
    {
        var batch = ArrayPool<byte>.Shared.Rent(BatchBytes);
        try
        {
            var count = TakeBatch(batch.AsSpan(0, BatchBytes));
            if (count > 0)
            {
                await stream.WriteAsync(batch.AsMemory(0, count), cancellationToken);
            }

            return count > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }

    private bool IsFinished()
    {
        lock (_gate)
        {
            if (!_completed || !_queue.IsEmpty || _forgets.Count > 0)
            {
                return false;
            }

            _over = true;
            return true;
        }
    }

    private int TakeBatch(Span<byte> batch)
    {
        lock (_gate)
        {
            var length = 0;
            while (_forgets.Count > 0 && batch.Length - length >= DatagramRecord.ForgetBytes)
            {
                length += DatagramRecord.WriteForget(batch[length..], _forgets.Dequeue());
            }

            while (_queue.TryPeek(out var visitor, out var payload) && visitor is not null)
            {
                if (visitor.IsGone)
                {
                    _queue.Drop();
                    _count.AddDropped(DatagramDrop.Unknown);
                    continue;
                }

                // A visitor is announced when its first datagram leaves, not when it comes: what is dropped while it waits needs no announcement.
                if (_side == DatagramStreamSide.Edge && visitor.KnownOn != this)
                {
                    if (CarrierWriter.MaxPayload - length < DatagramRecord.MaxVisitorBytes)
                    {
                        break;
                    }

                    length += DatagramRecord.WriteVisitor(batch[length..], visitor.Number, visitor.Address);
                    visitor.KnownOn = this;
                }

                // A datagram that is nearly as long as a frame is the only one to pass its end.
                if (DatagramRecord.HeaderBytes + payload > (length == 0 ? BatchBytes : CarrierWriter.MaxPayload - length))
                {
                    break;
                }

                length += DatagramRecord.WriteHeader(batch[length..], visitor.Number, payload);
                _queue.Dequeue(batch[length..]);
                length += payload;
            }

            return length;
        }
    }
}

/// <summary>The two ends of a datagram stream.</summary>
public enum DatagramStreamSide
{
    /// <summary>Announces visitors.</summary>
    Edge,

    /// <summary>Is told of them.</summary>
    Client,
}

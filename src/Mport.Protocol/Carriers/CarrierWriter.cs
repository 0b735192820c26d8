using System.Buffers;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Carriers;

/// <summary>
/// Gathers frames of all streams and writes them in batches: while one batch is on its way, the next fills. Data frames wait in turn when the
/// next batch is full, so that each stream gets one frame a round; control frames never wait.
/// </summary>
internal sealed class CarrierWriter(ICarrierTransport transport, TimeProvider time) : IThreadPoolWorkItem
{
    /// <summary>
    /// The longest payload of a data frame: long enough to make headers cheap, short enough for fair turns. With its header and the room in front of a
    /// batch it fills 64 KiB, and four of them fit 256 KiB: the sizes in which the pool has buffers.
    /// </summary>
    public const int MaxPayload = (64 * 1024) - FrameHeader.Size - ResumeRecordHeader.HeadRoom;

    // A batch of four full frames, 256 KiB, is 16 TLS records and one send; larger ones brought nothing on loopback. It takes no frame after this many bytes.
    private const int BatchBytes = 3 * 64 * 1024;

    // A frame of this size or more is part of a flow: whoever adds it writes it at once, on the same core, where its bytes are still in the cache.
    private const int BulkPayload = 32 * 1024;

    // Control frames alone cannot honestly fill this: 4 MiB are 350,000 of them. It is reached when the peer asks for answers and reads none.
    private const int MaxPendingBytes = 4 * 1024 * 1024;

    private readonly ResumableTransport? _resumable = transport as ResumableTransport;
    private readonly int _headRoom = transport is ResumableTransport ? ResumeRecordHeader.HeadRoom : 0;
    private readonly Lock _gate = new();
    private readonly Signal _wake = new(inline: true);
    private readonly Queue<WaitingFrame> _waiting = new();
    private byte[]? _pending;
    private int _pendingLength;
    private bool _active = true;
    private bool _closing;
    private long _writingSince;

    /// <summary>Since when a write has been waiting for the network, as a timestamp, or 0.</summary>
    public long WritingSince => Volatile.Read(ref _writingSince);

    /// <summary>Adds a frame without payload.</summary>
    /// <param name="header">The frame.</param>
    /// <param name="alone">Whether nothing else is likely to go with it: it is written at once, on the caller's thread.</param>
    /// <exception cref="ProtocolException">The peer makes us answer without reading the answers.</exception>
    public void Append(FrameHeader header, bool alone = false)
    {
        bool wake;
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            if (_pendingLength > MaxPendingBytes)
            {
                throw new ProtocolException(ProtocolErrors.PeerFloods, "The peer does not read the answers that it asks for.");
            }

            Add(header, default);
            wake = !_active;
            _active = true;
        }

        if (wake && alone)
        {
            _wake.Set();
        }
        else if (wake)
        {
            Wake();
        }
    }

    /// <summary>Adds a frame with its payload, once there is room in the next batch.</summary>
    /// <param name="frame">The stream's own place in the queue.</param>
    /// <param name="header">The frame.</param>
    /// <param name="payload">At most <see cref="MaxPayload"/> bytes; free again when the call completes.</param>
    /// <returns>False when the carrier has ended.</returns>
    public ValueTask<bool> AppendAsync(WaitingFrame frame, FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        bool wake;
        lock (_gate)
        {
            if (_closing)
            {
                return ValueTask.FromResult(false);
            }

            if (_pendingLength >= BatchBytes || _waiting.Count > 0)
            {
                frame.Set(header, payload);
                _waiting.Enqueue(frame);
                return frame.TakenAsync();
            }

            Add(header, payload.Span);
            wake = !_active;
            _active = true;
        }

        if (wake && payload.Length >= BulkPayload)
        {
            _wake.Set();
        }
        else if (wake)
        {
            Wake();
        }

        return ValueTask.FromResult(true);
    }

    /// <summary>Adds a GoAway, whatever else is pending.</summary>
    public void TryAppendGoAway(GoAwayReason reason)
    {
        lock (_gate)
        {
            if (!_closing)
            {
                Add(new FrameHeader(FrameType.GoAway, FrameFlags.None, 0, (uint)reason), default);
            }
        }
    }

    /// <summary>Takes no more frames; <see cref="RunAsync"/> returns once all is written.</summary>
    public void Close()
    {
        bool wake;
        lock (_gate)
        {
            _closing = true;
            while (_waiting.TryDequeue(out var frame))
            {
                frame.Complete(taken: false);
            }

            wake = !_active;
            _active = true;
        }

        if (wake)
        {
            Wake();
        }
    }

    /// <summary>Writes until <see cref="Close"/>.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var borrowed = false;
        while (true)
        {
            if (TakeBatch() is not { } batch)
            {
                if (IsClosed())
                {
                    return;
                }

                // Goes on where the signal is set: in a pool thread of our own, or inside AppendAsync on the thread of a stream.
                await _wake.WaitAsync(CancellationToken.None);
                borrowed = true;
                continue;
            }

            // Step 4: the frames that have gathered, of all streams, leave in one batch.
            try
            {
                Volatile.Write(ref _writingSince, time.GetTimestamp());
                await WriteAsync(batch, cancellationToken);
            }
            finally
            {
                Volatile.Write(ref _writingSince, 0);
            }

            if (borrowed && !IsIdle())
            {
                // Others have added frames meanwhile: the thread goes back to its stream.
                await SocketCompletions.LeaveThreadAsync();
                borrowed = false;
            }
        }
    }

    void IThreadPoolWorkItem.Execute() => _wake.Set();

    // Not on the appender's thread but behind what waits in the pool's queue: other streams that have become readable meanwhile add their frames
    // first, and one write carries them all. Measured with 64 connections of small requests: 27 in place of 42 microseconds of CPU a request.
    private void Wake() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private async ValueTask WriteAsync(Batch batch, CancellationToken cancellationToken)
    {
        if (_resumable is not null)
        {
            // It keeps the buffer until the peer has acknowledged all of it.
            await _resumable.WriteOwnedAsync(batch.Buffer, batch.Length, cancellationToken);
            return;
        }

        try
        {
            await transport.WriteAsync(batch.Buffer.AsMemory(0, batch.Length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch.Buffer);
        }
    }

    private bool IsIdle()
    {
        lock (_gate)
        {
            return _pendingLength == 0 && _waiting.Count == 0;
        }
    }

    private bool IsClosed()
    {
        lock (_gate)
        {
            return _closing && _pendingLength == 0;
        }
    }

    private Batch? TakeBatch()
    {
        lock (_gate)
        {
            if (_pending is not { } buffer || _pendingLength == 0)
            {
                _active = _closing;
                return null;
            }

            var batch = new Batch(buffer, _pendingLength);
            _pending = null;
            _pendingLength = 0;
            if (_waiting.Count > 0)
            {
                _pending = ArrayPool<byte>.Shared.Rent(SizeForWaiting());
            }

            while (_pendingLength < BatchBytes && _waiting.TryDequeue(out var frame))
            {
                Add(frame.Header, frame.Payload.Span);
                frame.Complete(taken: true);
            }

            return batch;
        }
    }

    private int SizeForWaiting()
    {
        var size = 0;
        foreach (var frame in _waiting)
        {
            size += FrameHeader.Size + frame.Payload.Length;
            if (size >= BatchBytes)
            {
                break;
            }
        }

        return _headRoom + size;
    }

    private void Add(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var start = _headRoom + _pendingLength;
        var needed = start + FrameHeader.Size + payload.Length;
        if (_pending is null)
        {
            // Either a small message or the first of a flow: the pool's next sizes are steps of two.
            _pending = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 1024));
        }
        else if (_pending.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _pending.Length * 2));
            _pending.AsSpan(0, start).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_pending);
            _pending = larger;
        }

        header.Write(_pending.AsSpan(start));
        payload.CopyTo(_pending.AsSpan(start + FrameHeader.Size));
        _pendingLength = needed - _headRoom;
    }

    private readonly record struct Batch(byte[] Buffer, int Length);
}

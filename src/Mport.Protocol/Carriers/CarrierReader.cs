using System.Buffers;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Carriers;

/// <summary>
/// Reads frames and hands them to their streams. Payload goes on as it comes, so that a frame's length never decides how much memory it takes.
/// While nothing comes in, no buffer is held.
/// </summary>
internal sealed class CarrierReader(ICarrierTransport transport, Carrier carrier, CarrierHeartbeat heartbeat, TimeProvider time)
{
    // As much as one receive of the transport below gives.
    private const int BufferBytes = 256 * 1024;
    // A carrier that never has to wait leaves the polling thread after so many buffers, so that other sockets get their turn.
    private const int BuffersInARow = 8;

    private readonly ResumableTransport? _resumable = transport as ResumableTransport;
    private readonly byte[] _splitHeader = new byte[FrameHeader.Size];
    private readonly GlitchBudget _glitches = new(time.TimestampFrequency, time.GetTimestamp());
    private FrameHeader _header;
    private CarrierStream? _stream;
    private uint _payloadLeft;
    private int _splitBytes;

    /// <summary>Reads until the peer closes the connection, or what makes it resumable is given up.</summary>
    /// <exception cref="ProtocolException">The peer broke the rules.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        byte[]? buffer = null;
        var inARow = 0;
        try
        {
            while (true)
            {
                if (buffer is null)
                {
                    await FillAsync(Memory<byte>.Empty, cancellationToken);
                    if (_resumable is { IsSuspended: true })
                    {
                        // Not input but the loss of the connection has ended the wait.
                        continue;
                    }

                    buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                    inARow = 0;
                }
                else if (++inARow == BuffersInARow)
                {
                    await SocketCompletions.LeaveThreadAsync();
                    inARow = 0;
                }

                var filled = await FillAsync(buffer, cancellationToken);
                if (filled > 0)
                {
                    heartbeat.Received();
                    Take(buffer.AsSpan(0, filled));
                }
                else if (_resumable is null)
                {
                    return;
                }

                // Where a resumable connection is lost, the next one is waited for without a buffer.
                if (filled == 0 || !transport.HasBufferedInput)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                }
            }
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _resumable?.FillAsync(buffer, cancellationToken) ?? transport.GatherAsync(buffer, cancellationToken);

    private void Take(ReadOnlySpan<byte> input)
    {
        if (_resumable is null)
        {
            Process(input);
            return;
        }

        while (_resumable.TryTake(ref input, out var frames))
        {
            Process(frames);
        }

        _resumable.Taken();
    }

    private void Process(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            if (_payloadLeft > 0)
            {
                // Step 5: at the other end, payload goes to its stream as it comes.
                var count = (int)Math.Min(_payloadLeft, (uint)input.Length);
                _stream?.Deliver(input[..count]);
                _payloadLeft -= (uint)count;
                input = input[count..];
                if (_payloadLeft == 0)
                {
                    Finish();
                }
            }
            else if (TryReadHeader(ref input))
            {
                Begin();
            }
        }
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> input)
    {
        if (_splitBytes == 0 && FrameHeader.TryRead(ref input, out _header))
        {
            return true;
        }

        // A header that is split over two reads, or two records, is put together here.
        var count = Math.Min(FrameHeader.Size - _splitBytes, input.Length);
        input[..count].CopyTo(_splitHeader.AsSpan(_splitBytes));
        input = input[count..];
        _splitBytes += count;
        if (_splitBytes < FrameHeader.Size)
        {
            return false;
        }

        _splitBytes = 0;
        ReadOnlySpan<byte> whole = _splitHeader;
        return FrameHeader.TryRead(ref whole, out _header);
    }

    private void Begin()
    {
        switch (_header.Type)
        {
            case FrameType.Ping:
                OnPing();
                return;
            case FrameType.GoAway:
                throw new ProtocolException(
                    ProtocolErrors.SessionClosed, $"The other side ended the session (reason {_header.Length}).");
            case FrameType.WindowUpdate when _header is { Length: 0, Flags: FrameFlags.None }:
            case FrameType.Data when _header is { Length: 0, Flags: FrameFlags.None }:
                Glitch();
                break;
        }

        _stream = carrier.Route(_header);
        if ((_header.Flags & (FrameFlags.Ack | FrameFlags.Rst)) != FrameFlags.None)
        {
            _stream?.OnAccepted();
        }

        if (_header.Type == FrameType.WindowUpdate)
        {
            _stream?.AddCredit(_header.Length);
            Finish();
        }
        else if (_stream is not null && !_stream.TryAnnounce(_header.Length))
        {
            throw new ProtocolException(
                ProtocolErrors.WindowExceeded, $"A frame of {_header.Length} bytes on stream {_header.StreamId} is more than its window allows.");
        }
        else
        {
            _payloadLeft = _header.Length;
            heartbeat.Carried();
            if (_payloadLeft == 0)
            {
                Finish();
            }
        }
    }

    private void Finish()
    {
        var stream = _stream;
        _stream = null;
        if ((_header.Flags & FrameFlags.Rst) != FrameFlags.None)
        {
            stream?.Break(StreamFault.ResetThere);
        }
        else if ((_header.Flags & FrameFlags.Fin) != FrameFlags.None)
        {
            stream?.OnFin();
        }
    }

    private void OnPing()
    {
        Glitch();
        if ((_header.Flags & FrameFlags.Ack) != FrameFlags.None)
        {
            heartbeat.Answered(_header.Length);
        }
        else
        {
            carrier.Send(new FrameHeader(FrameType.Ping, FrameFlags.Ack, 0, _header.Length), alone: true);
        }
    }

    private void Glitch()
    {
        if (!_glitches.TryTake(time.GetTimestamp()))
        {
            throw new ProtocolException(ProtocolErrors.PeerFloods, "The other side floods the carrier with empty frames.");
        }
    }
}

using System.Net.Sockets;
using System.Threading.Channels;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Carriers;

/// <summary>
/// One TLS connection of a session and the yamux streams on it (github.com/hashicorp/yamux, spec.md). Members may be called from any
/// thread. The carrier owns its transport.
/// </summary>
public sealed class Carrier : IAsyncDisposable
{
    // Streams of ours that the peer has not accepted yet; yamux peers keep a backlog of this length and reset what is over it.
    private const int MaxUnaccepted = 256;

    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    private readonly ICarrierTransport _transport;
    private readonly ResumableTransport? _resumable;
    private readonly CarrierOptions _options;
    private readonly MemoryBudget _budget;
    private readonly TimeProvider _time;
    private readonly StreamTable _streams;
    private readonly CarrierWriter _writer;
    private readonly CarrierReader _reader;
    private readonly CarrierHeartbeat _heartbeat;
    private readonly SemaphoreSlim _unaccepted = new(MaxUnaccepted, MaxUnaccepted);
    private readonly Channel<CarrierStream> _incoming = Channel.CreateBounded<CarrierStream>(MaxUnaccepted);
    private readonly TaskCompletionSource<Failure> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Failure> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    /// <summary>Makes a carrier; <see cref="RunAsync"/> sets it going.</summary>
    public Carrier(ICarrierTransport transport, CarrierRole role, CarrierOptions options, MemoryBudget budget, TimeProvider time)
    {
        _transport = transport;
        _resumable = transport as ResumableTransport;
        _options = options;
        _budget = budget;
        _time = time;
        _streams = new StreamTable(role);
        _writer = new CarrierWriter(transport, time);
        _heartbeat = new CarrierHeartbeat(options, time, _writer, _resumable, role);
        _reader = new CarrierReader(transport, this, _heartbeat, time);
    }

    /// <summary>Streams open now.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Streams of this side open now, without those that the peer opened.</summary>
    public int OwnStreamCount => _streams.OwnCount;

    /// <summary>Whether its connection is broken and may still be taken up again; it moves no byte meanwhile.</summary>
    public bool IsSuspended => _resumable is { IsSuspended: true };

    /// <summary>The last measured round trip, or null before the first heartbeat.</summary>
    public TimeSpan? RoundTrip => _heartbeat.RoundTripTicks is > 0 and var ticks ? _time.GetElapsedTime(0, ticks) : null;

    /// <summary>Whether its end has begun: streams that are opened from now on have no future.</summary>
    public bool IsClosing => _closing.Task.IsCompleted;

    /// <summary>Completes when the carrier has ended, with the reason; never faults.</summary>
    public Task<Failure> Ended => _ended.Task;

    internal MemoryBudget Budget => _budget;

    internal long Timestamp => _time.GetTimestamp();

    internal long RoundTripTicks => _heartbeat.RoundTripTicks;

    /// <summary>Reads, writes and keeps alive until the carrier ends; gives the reason. Throws for misuse and for a defect only. Call once.</summary>
    public async Task<Failure> RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("A carrier runs once.");
        }

        using var stop = new CancellationTokenSource();
        await using var onCancel = cancellationToken.UnsafeRegister(
            static self => (self as Carrier)?.Close(Failure.Of(ProtocolErrors.SessionClosed, "The session was ended on this side.", retry: true)), this);

        var writing = ReasonOfAsync(_writer.RunAsync(stop.Token));
        var reading = ReasonOfAsync(_reader.RunAsync(stop.Token));
        var beating = ReasonOfAsync(_heartbeat.RunAsync(stop.Token));
        var tending = _resumable is null ? _closing.Task : ReasonOfAsync(_resumable.TendAsync(stop.Token));
        var first = await Task.WhenAny(_closing.Task, reading, writing, beating, tending);
        // A defect ends the carrier as well, in order; it is thrown at the end.
        var reason = first.IsCompletedSuccessfully ? await first : Failure.Of(ProtocolErrors.SessionClosed, "The carrier has failed.", retry: true);
        _closing.TrySetResult(reason);

        // Tell the peer, if it still listens; then end all that waits.
        _writer.TryAppendGoAway(reason.Code == ProtocolErrors.SessionClosed.Code ? GoAwayReason.Normal : GoAwayReason.ProtocolError);
        _writer.Close();
        // Who is away or has been silent for so long hears no farewell; waiting for it would only delay the notice.
        var unheard = reason.Code == ProtocolErrors.PeerSilent.Code || IsSuspended;
        var farewell = unheard ? TimeSpan.Zero : FarewellTime;
        await ((Task)writing).WaitAsync(farewell, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _transport.Abort();
        await stop.CancelAsync();
        foreach (var stream in _streams.Close())
        {
            stream.Break(new StreamFault(ProtocolErrors.SessionClosed, $"The carrier has ended: {reason.Text}"));
        }

        _incoming.Writer.TryComplete();
        var all = Task.WhenAll(writing, reading, beating, tending);
        await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await _transport.DisposeAsync();
        }
        finally
        {
            _ended.TrySetResult(reason);
        }

        await all;
        return reason;
    }

    /// <summary>Opens a stream; the first bytes go out with the opening frame.</summary>
    /// <param name="first">At most 64 KiB.</param>
    /// <param name="cancellationToken">Gives up waiting for a free place.</param>
    /// <exception cref="StreamException">The carrier has ended, or <see cref="CarrierOptions.MaxOutgoingStreams"/> are open.</exception>
    public async ValueTask<CarrierStream> OpenStreamAsync(ReadOnlyMemory<byte> first, CancellationToken cancellationToken)
    {
        if (first.Length > CarrierWriter.MaxPayload)
        {
            throw new ArgumentOutOfRangeException(nameof(first), "A stream's first bytes are one frame: at most 64 KiB.");
        }

        if (!_budget.HasRoom)
        {
            throw new StreamException(ProtocolErrors.BuffersFull, "The memory for what lies unread is nearly used up; no more streams are opened.");
        }

        await _unaccepted.WaitAsync(cancellationToken);
        var stream = _streams.TryOpen(_options.MaxOutgoingStreams, id => new CarrierStream(this, id, CarrierStreamOrigin.Own, NewWindow()));
        if (stream is null)
        {
            _unaccepted.Release();
            throw _closing.Task.IsCompleted
                ? new StreamException(ProtocolErrors.SessionClosed, "The carrier has ended.")
                : new StreamException(ConnectionErrors.ClientOverloaded, $"{_options.MaxOutgoingStreams} streams are open; no more are allowed.");
        }

        await stream.OpenAsync(first);
        return stream;
    }

    /// <summary>The next stream that the peer opened, or null when the carrier has ended.</summary>
    public async ValueTask<CarrierStream?> AcceptStreamAsync(CancellationToken cancellationToken)
    {
        while (await _incoming.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_incoming.Reader.TryRead(out var stream))
            {
                return stream;
            }
        }

        return null;
    }

    /// <summary>The network has changed: an idle resumable connection is looked at as one that is in use, so that a dead one is found within seconds.</summary>
    public void Probe() => _heartbeat.Carried();

    /// <summary>Ends the carrier, telling the peer with a GoAway. What was sent before is still written, for a second at most.</summary>
    public void Close(Failure reason) => _closing.TrySetResult(reason);

    /// <summary>Ends the carrier if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        Close(Failure.Of(ProtocolErrors.SessionClosed, "The session was ended on this side.", retry: true));
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            await _transport.DisposeAsync();
            _ended.TrySetResult(await _closing.Task);
        }

        await _ended.Task;
    }

    /// <summary>Sends a frame without payload. A peer that floods us with requests ends the carrier.</summary>
    /// <param name="header">The frame.</param>
    /// <param name="alone">Whether nothing else is likely to go with it.</param>
    internal void Send(FrameHeader header, bool alone = false)
    {
        try
        {
            _writer.Append(header, alone);
        }
        catch (ProtocolException flood)
        {
            Close(flood.ToFailure());
        }
    }

    internal ValueTask<bool> SendAsync(WaitingFrame frame, FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        _heartbeat.Carried();
        return _writer.AppendAsync(frame, header, payload);
    }

    /// <summary>The stream that a frame belongs to, opening it on SYN; null when the frame is to be passed over.</summary>
    /// <exception cref="ProtocolException">No such stream can exist.</exception>
    internal CarrierStream? Route(FrameHeader header)
    {
        if ((header.Flags & FrameFlags.Syn) == FrameFlags.None)
        {
            return _streams.Find(header.StreamId);
        }

        var stream = _streams.TryAccept(
            header.StreamId, _options.MaxIncomingStreams, id => new CarrierStream(this, id, CarrierStreamOrigin.Peer, NewWindow()));
        if (stream is null)
        {
            Send(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, header.StreamId, 0));
            return null;
        }

        if (!_incoming.Writer.TryWrite(stream))
        {
            stream.Reset();
            return null;
        }

        return stream;
    }

    internal void Remove(CarrierStream stream) => _streams.Remove(stream.Id);

    /// <summary>The peer has accepted or ended a stream of ours.</summary>
    internal void Accepted() => _unaccepted.Release();

    private ReceiveWindow NewWindow() => new(_options.MaxWindow, _budget, _time.GetTimestamp());

    private static async Task<Failure> ReasonOfAsync(Task loop)
    {
        try
        {
            await loop;
            return Failure.Of(ConnectionErrors.ConnectionLost, "The other side closed the connection.", retry: true);
        }
        catch (ProtocolException error)
        {
            return error.ToFailure();
        }
        catch (TransportEndedException end)
        {
            return end.Reason;
        }
        catch (OperationCanceledException)
        {
            return Failure.Of(ProtocolErrors.SessionClosed, "The session was ended on this side.", retry: true);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            return ConnectionFailure.Of(error);
        }
    }
}

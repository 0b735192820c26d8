using System.Buffers;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Relay;

/// <summary>
/// Joins a connected socket and a stream: bytes, half-close and reset pass both ways. Used with the visitor's socket at the edge and with the
/// target's socket at the client.
/// </summary>
public static class SocketRelay
{
    // A small message fits the first; a flow that fills it gets the second, one frame.
    private const int SmallBuffer = 16 * 1024;
    private const int LargeBuffer = CarrierWriter.MaxPayload;

    // A flow that never has to wait leaves the polling thread after each MiB, so that other sockets get their turn.
    private const int FramesInARow = 16;

    /// <summary>Runs until both directions have ended or one side broke; closes the socket and the stream. Never throws for what a peer does.</summary>
    /// <param name="socket">Connected, tuned; owned from here on.</param>
    /// <param name="stream">Past its prelude and answer; owned from here on.</param>
    /// <param name="options">Timers, and where bytes are counted as they flow.</param>
    /// <param name="time">The clock for the half-closed timer.</param>
    public static async Task<RelayResult> RunAsync(Socket socket, CarrierStream stream, RelayOptions options, TimeProvider time)
    {
        socket.Blocking = false;
        // Only who waits for bandwidth has to be told of the end; what waits for socket or stream sees it there.
        using var stop = options.Bandwidth is null && options.Slots.Count == 0 ? null : new CancellationTokenSource();
        var up = ToStreamAsync(socket, stream, options, stop?.Token ?? CancellationToken.None);
        var down = ToSocketAsync(socket, stream, options, stop?.Token ?? CancellationToken.None);
        var first = await Task.WhenAny(up, down);
        var result = await first;
        if (result == RelayResult.Completed)
        {
            result = await FinishAsync(first == up ? down : up, stream, options, time);
        }

        if (result != RelayResult.Completed)
        {
            // A reset passes on as a reset, so that nobody takes a torn connection for a finished one.
            stream.Reset();
            CloseWithReset(socket);
            await (stop?.CancelAsync() ?? Task.CompletedTask);
            await Task.WhenAll(up, down);
        }

        socket.Dispose();
        return result;
    }

    /// <summary>Closes a socket so that its peer sees a reset.</summary>
    public static void CloseWithReset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }

    private static async Task<RelayResult> FinishAsync(Task<RelayResult> open, CarrierStream stream, RelayOptions options, TimeProvider time)
    {
        // Where the socket's direction is the open one, it waits for the socket alone: a silent one would hide that the stream is gone.
        var broken = stream.WhenBroken();
        while (true)
        {
            var before = options.Count.FromSocket + options.Count.ToSocket;
            using var timer = new CancellationTokenSource();
            var finished = await Task.WhenAny(open, broken, Task.Delay(options.HalfClosedTimeout, time, timer.Token));
            await timer.CancelAsync();
            if (finished == open)
            {
                return await open;
            }

            if (finished == broken)
            {
                return RelayResult.StreamReset;
            }

            if (options.Count.FromSocket + options.Count.ToSocket == before)
            {
                return RelayResult.HalfClosedTimeout;
            }
        }
    }

    private static async Task<RelayResult> ToStreamAsync(Socket socket, CarrierStream stream, RelayOptions options, CancellationToken stop)
    {
        byte[]? buffer = null;
        var pace = new RelayPace(options, toVisitor: false);
        try
        {
            var size = SmallBuffer;
            var inARow = 0;
            while (true)
            {
                // Room first, then data, then a buffer: a stream that waits for either holds no memory.
                await stream.WaitForCreditAsync(CancellationToken.None);
                if (size == SmallBuffer)
                {
                    await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);
                    inARow = 0;
                }
                else if (++inARow == FramesInARow)
                {
                    await SocketCompletions.LeaveThreadAsync();
                    inARow = 0;
                }

                buffer = ArrayPool<byte>.Shared.Rent(size);
                var read = await socket.ReceiveAsync(buffer.AsMemory(0, pace.AtMost(size)), SocketFlags.None, CancellationToken.None);
                if (read == 0)
                {
                    stream.CompleteWrites();
                    return RelayResult.Completed;
                }

                // Step 3: bytes are read from the socket, as many as the stream's window takes, and go out as data frames.
                if (!pace.IsFree)
                {
                    await pace.TakeAsync(read, stop);
                }

                options.Count.AddFromSocket(read);
                await stream.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
                size = read == size ? LargeBuffer : SmallBuffer;
            }
        }
        catch (StreamException)
        {
            return RelayResult.StreamReset;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return RelayResult.SocketReset;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static async Task<RelayResult> ToSocketAsync(Socket socket, CarrierStream stream, RelayOptions options, CancellationToken stop)
    {
        try
        {
            if (options.BeforeReceiving is { } before)
            {
                await before(stream);
            }

            var count = options.Count;
            if (!options.Preface.IsEmpty)
            {
                await FirstSend.SendAsync(socket, options.Preface, stream, count);
            }

            // The sink cannot wait for its turn: while it would have to, it takes nothing.
            var pace = new RelayPace(options, toVisitor: true);
            var sink = options.Bandwidth?.ToVisitor is null ? new SocketSink(socket, count, pace) : null;
            while (await stream.WaitForDataAsync(sink, CancellationToken.None))
            {
                while (stream.Peek() is { IsEmpty: false } bytes)
                {
                    if (!pace.IsFree)
                    {
                        bytes = bytes[..pace.AtMost(bytes.Length)];
                        await pace.TakeAsync(bytes.Length, stop);
                    }

                    var sent = await socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None);
                    count.AddToSocket(sent);
                    stream.Dequeue(sent);
                }
            }

            socket.Shutdown(SocketShutdown.Send);
            return RelayResult.Completed;
        }
        catch (StreamException)
        {
            return RelayResult.StreamReset;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return RelayResult.SocketReset;
        }
    }
}

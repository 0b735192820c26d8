using System.Buffers;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Streams;

namespace Mport.Client.Streams;

/// <summary>Tells the edge why a stream gets no target, and waits until the edge has ended it: a reset at once could overtake the answer.</summary>
/// <param name="time">The clock.</param>
internal sealed class StreamRefusal(TimeProvider time)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    /// <summary>Sends the answer and ends the stream.</summary>
    public async Task SendAsync(CarrierStream stream, StreamAnswer answer, CancellationToken closing)
    {
        using var late = new CancellationTokenSource(EndLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, closing);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            await stream.WriteAsync(answer.ToBytes(), either.Token);
            stream.CompleteWrites();

            // What the visitor sent meanwhile is of no use to anybody.
            while (await stream.ReadAsync(buffer, either.Token) > 0)
            {
            }
        }
        catch (Exception over) when (over is StreamException or OperationCanceledException)
        {
            stream.Reset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

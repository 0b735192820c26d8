using Mport.Protocol.Streams;

namespace Mport.Server.Edge.Http;

/// <summary>A request's body that tells the deadline of each piece that comes, and lets go what was written when no more is there.</summary>
internal sealed class WatchedBody(Stream inner, AnswerDeadline deadline) : DuplexStream
{
    /// <summary>Where the body is copied to; null until that begins.</summary>
    public Stream? Output { get; set; }

    public override bool CanWrite => false;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        deadline.IsVisitorsTurn = true;
        var reading = inner.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompleted)
        {
            await FlushOutputAsync(cancellationToken);
        }

        var count = await reading;
        deadline.IsVisitorsTurn = false;
        deadline.Restart();
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    // The copy loop writes only between two reads, so nobody else uses the output now.
    private async ValueTask FlushOutputAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Output is { } output)
            {
                await output.FlushAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The target's failure, not the visitor's: the next write meets it again and reports it as what it is.
        }
    }
}

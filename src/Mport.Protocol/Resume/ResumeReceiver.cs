using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Resume;

/// <summary>The reading side of a resumable transport: input of one connection at a time, taken apart in place. One caller at a time.</summary>
internal sealed class ResumeReceiver(ResumeLink link, TimeProvider time)
{
    private readonly GlitchBudget _glitches = new(time.TimestampFrequency, time.GetTimestamp());
    private HeldConnection _filledFrom = link.Connection;

    /// <summary>
    /// Fills the buffer with what is there, all from one connection; waits while there is none. With an empty buffer it waits until there is something. Gives 0
    /// when the connection was lost meanwhile, so that nobody waits for another one with a buffer in the hand.
    /// </summary>
    /// <exception cref="TransportEndedException">The transport was given up.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        HeldConnection? connection;
        while ((connection = link.TryEnter()) is null)
        {
            await link.Connected.WaitAsync(cancellationToken);
        }

        Failure why;
        try
        {
            var filled = await connection.Transport.GatherAsync(buffer, cancellationToken);
            if (filled > 0 || buffer.IsEmpty)
            {
                _filledFrom = connection;
                return filled;
            }

            why = Failure.Of(ConnectionErrors.ConnectionLost, "The other side closed the connection.", retry: true);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            why = ConnectionFailure.Of(error);
        }
        finally
        {
            link.Leave(connection);
        }

        link.Suspend(connection, why);
        return 0;
    }

    /// <summary>Takes the next piece of data out of what <see cref="FillAsync"/> gave; false at its end.</summary>
    /// <exception cref="ProtocolException">The peer broke the rules.</exception>
    public bool TryTake(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data)
    {
        while (_filledFrom.Records.Read(ref input, out data, out var offset) is var type && type != ResumeRecordType.None)
        {
            if (!link.TryTake(_filledFrom, type, data.Length, offset, out var idle))
            {
                return false;
            }

            if (type == ResumeRecordType.Data)
            {
                return true;
            }

            if (idle && !_glitches.TryTake(time.GetTimestamp()))
            {
                throw new ProtocolException(ProtocolErrors.PeerFloods, "The other side floods the carrier with acknowledgements that say nothing.");
            }
        }

        return false;
    }
}

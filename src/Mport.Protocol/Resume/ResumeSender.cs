using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Resume;

/// <summary>The writing side of a resumable transport: whoever has the turn writes all that is to be written, the carrier's writer or the tender.</summary>
internal sealed class ResumeSender(ResumeLink link) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Adds a batch: completes when it is handed to the network or, while suspended, kept. Waits while there is no room. One caller at a time.</summary>
    /// <param name="buffer">Rented from the shared pool; owned by the transport from here on. The bytes begin at <see cref="ResumeRecordHeader.HeadRoom"/>.</param>
    /// <param name="length">How many bytes, at most <see cref="ResumeRecordHeader.MaxData"/>.</param>
    /// <param name="cancellationToken">Ends the carrier.</param>
    /// <exception cref="TransportEndedException">The transport was given up.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(byte[] buffer, int length, CancellationToken cancellationToken)
    {
        while (!link.TryTakeRoom(buffer.Length))
        {
            await link.Room.WaitAsync(cancellationToken);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            link.Add(buffer, length);
            await PumpAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes what is due without a batch: what a resume left to replay, a lone acknowledgement.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await PumpAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PumpAsync(CancellationToken cancellationToken)
    {
        while (link.TryNextWrite(out var write) is { } connection)
        {
            try
            {
                await connection.Transport.WriteAsync(write, cancellationToken);
            }
            catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
            {
                link.Suspend(connection, ConnectionFailure.Of(error));
            }
            finally
            {
                link.WriteDone(connection);
            }
        }
    }
}

using System.Net.Sockets;
using System.Threading.Channels;
using Mport.Server.Edge.Listeners;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Takes carriers and keeps them for the test.</summary>
internal sealed class RecordingCarriers : ICarrierAcceptor
{
    private readonly Channel<Socket> _accepted = Channel.CreateUnbounded<Socket>();

    public async Task AcceptAsync(Socket socket, CancellationToken cancellationToken)
    {
        _accepted.Writer.TryWrite(socket);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => ended.TrySetResult());
        await ended.Task;
        socket.Dispose();
    }

    /// <summary>The next carrier.</summary>
    public Task<Socket> NextAsync() => _accepted.Reader.ReadAsync().Limited("a connection to be handed to the carriers");
}

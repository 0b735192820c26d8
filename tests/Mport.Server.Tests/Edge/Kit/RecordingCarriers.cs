using System.Net.Sockets;
using System.Threading.Channels;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Takes carriers and keeps them for the test.</summary>
internal sealed class RecordingCarriers : ICarrierAcceptor
{
    private readonly Channel<(Socket Socket, ConnectionEnds Ends)> _accepted = Channel.CreateUnbounded<(Socket, ConnectionEnds)>();

    public async Task AcceptAsync(Socket socket, ConnectionEnds ends, CancellationToken cancellationToken)
    {
        _accepted.Writer.TryWrite((socket, ends));
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => ended.TrySetResult());
        await ended.Task;
        socket.Dispose();
    }

    /// <summary>The next carrier.</summary>
    public async Task<Socket> NextAsync() => (await NextWithEndsAsync()).Socket;

    /// <summary>The next carrier, and who it is from.</summary>
    public Task<(Socket Socket, ConnectionEnds Ends)> NextWithEndsAsync() => _accepted.Reader.ReadAsync().Limited("a connection to be handed to the carriers");
}

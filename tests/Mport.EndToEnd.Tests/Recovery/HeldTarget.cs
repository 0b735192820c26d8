using System.Net.Sockets;
using System.Text;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>A local service that sends <c>begun</c> to each caller, and <c> and done</c> only when the test lets it.</summary>
internal sealed class HeldTarget : IAsyncDisposable
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedServer _server;

    /// <summary>Starts it.</summary>
    public HeldTarget() => _server = ScriptedServer.Start(async (socket, stop) =>
    {
        await TargetServers.SendAllAsync(socket, Encoding.ASCII.GetBytes("begun"), stop);
        await _go.Task.WaitAsync(stop);
        await TargetServers.SendAllAsync(socket, Encoding.ASCII.GetBytes(" and done"), stop);
        socket.Shutdown(SocketShutdown.Send);
    });

    /// <summary>Where it listens.</summary>
    public int Port => _server.Port;

    /// <summary>Lets it send the rest.</summary>
    public void Finish() => _go.TrySetResult();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

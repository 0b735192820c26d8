using System.Net.Sockets;
using System.Text;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Groups;

/// <summary>A local web service that answers with its name, and whose health can be switched.</summary>
internal sealed class NamedService : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? _held;

    public NamedService(string name)
    {
        Name = name;
        _server = ScriptedServer.Start(ServeAsync);
    }

    /// <summary>What it answers.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public int Port => _server.Port;

    /// <summary>Whether <c>/healthz</c> answers 200, else 500.</summary>
    public bool Healthy { get; set; } = true;

    /// <summary>Whether connections are kept for further requests.</summary>
    public bool KeepsAlive { get; init; }

    /// <summary>Done once it has a request while <see cref="Hold"/> is on.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Answers wait for <see cref="Release"/> from now on.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers go out again.</summary>
    public void Release() => _held?.SetResult();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (await ReadHeadAsync(socket, buffer, stop) is { } head)
        {
            if (_held is { } held)
            {
                _asked.TrySetResult();
                await held.Task.WaitAsync(stop);
            }

            var status = head.StartsWith("GET /healthz ", StringComparison.Ordinal) && !Healthy ? "500 Ill" : "200 OK";
            var connection = KeepsAlive ? "keep-alive" : "close";
            await TargetServers.SendAllAsync(
                socket, Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: {connection}\r\nContent-Length: {Name.Length}\r\n\r\n{Name}"), stop);
            if (!KeepsAlive)
            {
                socket.Shutdown(SocketShutdown.Send);
                await socket.ReceiveAsync(buffer, stop);
                return;
            }
        }
    }

    private static async Task<string?> ReadHeadAsync(Socket socket, byte[] buffer, CancellationToken stop)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, stop);
            if (count == 0)
            {
                return null;
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return head.ToString();
    }
}

using System.Net.Sockets;
using System.Text;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Groups;

/// <summary>A local web service that answers with its name, and whose health can be switched.</summary>
internal sealed class NamedService : IAsyncDisposable
{
    private readonly ScriptedServer _server;

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

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, stop);
            if (count == 0)
            {
                return;
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        var status = head.ToString().StartsWith("GET /healthz ", StringComparison.Ordinal) && !Healthy ? "500 Ill" : "200 OK";
        await TargetServers.SendAllAsync(
            socket, Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {Name.Length}\r\n\r\n{Name}"), stop);
        socket.Shutdown(SocketShutdown.Send);
        await socket.ReceiveAsync(buffer, stop);
    }
}

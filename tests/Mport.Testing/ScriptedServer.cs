using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Mport.Testing;

/// <summary>A TCP server on a port of its own that runs a script for each connection and then closes it.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Func<Socket, CancellationToken, Task> _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _accepted;

    private ScriptedServer(IPAddress address, Func<Socket, CancellationToken, Task> script)
    {
        _script = script;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(128);
        Port = (_listener.LocalEndPoint as IPEndPoint)?.Port ?? throw new InvalidOperationException("The listener has no address.");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Connections accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Starts a server on 127.0.0.1, or on another address.</summary>
    public static ScriptedServer Start(Func<Socket, CancellationToken, Task> script, IPAddress? address = null) => new(address ?? IPAddress.Loopback, script);

    /// <summary>Stops it and ends all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.Limited("the scripts of a server to end");
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                running.RemoveAll(task => task.IsCompleted);
                running.Add(ServeAsync(socket));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                await _script(socket, _stop.Token);
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or IOException or ObjectDisposedException or AuthenticationException)
            {
                // The other side went away, or the test is over.
            }
        }
    }
}

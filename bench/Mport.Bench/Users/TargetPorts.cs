using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mport.Bench.Users;

/// <summary>Targets on ports of their own: each tells its number to whoever connects, and closes.</summary>
internal sealed class TargetPorts : IDisposable
{
    private readonly List<Socket> _listeners = [];

    /// <summary>Listens on so many ports.</summary>
    public TargetPorts(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(16);
            _listeners.Add(listener);
        }
    }

    /// <summary>The ports, in the order of their numbers.</summary>
    public IReadOnlyList<int> Ports => [.. _listeners.Select(listener => ((IPEndPoint)(listener.LocalEndPoint ?? throw new InvalidOperationException("The listener has no address."))).Port)];

    /// <summary>Answers until it is told to stop.</summary>
    public Task ServeAsync(CancellationToken stop) => Task.WhenAll(_listeners.Select((listener, number) => ServeAsync(listener, number, stop)));

    /// <inheritdoc />
    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

    private static async Task ServeAsync(Socket listener, int number, CancellationToken stop)
    {
        var answer = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptAsync(stop);
                await socket.SendAsync(answer, stop);
                socket.Shutdown(SocketShutdown.Both);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}

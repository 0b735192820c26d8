using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Transport;

namespace Mport.Client;

/// <summary>What the engine takes from the machine that it runs on, so that tests can give something else.</summary>
internal sealed record Surroundings
{
    /// <summary>The machine as it is.</summary>
    public static Surroundings Machine { get; } = new();

    /// <summary>Asks DNS; throws <see cref="SocketException"/> when there is no answer.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Connects a tuned TCP socket; throws <see cref="SocketException"/> when it cannot.</summary>
    public Func<IPEndPoint, CancellationToken, Task<Socket>> Connect { get; init; } = ConnectAsync;

    /// <summary>A random number from 0 to below 1.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SocketTuning.Apply(socket);
            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

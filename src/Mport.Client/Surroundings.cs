using System.Net;
using System.Net.NetworkInformation;
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

    /// <summary>Calls back when the machine's addresses change, until disposed.</summary>
    public Func<Action, IDisposable> WatchNetwork { get; init; } = static changed => new AddressSubscription(changed);

    /// <summary>The addresses that the machine has now.</summary>
    public Func<IReadOnlyCollection<IPAddress>> Addresses { get; init; } = AddressesNow;

    private static IReadOnlyCollection<IPAddress> AddressesNow()
    {
        var addresses = new HashSet<IPAddress>();
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            addresses.UnionWith(network.GetIPProperties().UnicastAddresses.Select(address => address.Address));
        }

        return addresses;
    }

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

    private sealed class AddressSubscription : IDisposable
    {
        private readonly NetworkAddressChangedEventHandler _handler;

        public AddressSubscription(Action changed)
        {
            _handler = (_, _) => changed();
            NetworkChange.NetworkAddressChanged += _handler;
        }

        public void Dispose() => NetworkChange.NetworkAddressChanged -= _handler;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mport.Bench.Processes;

namespace Mport.Bench.Soak;

/// <summary>Visitors of the TCP echo and, where there is one, of the UDP echo.</summary>
internal sealed class EchoTraffic(int tcpPort, int? udpPort)
{
    private const int Datagrams = 50;
    private const int DatagramsThatMustComeBack = 40;

    /// <summary>The kinds.</summary>
    public IReadOnlyList<TrafficKind> Kinds =>
    [
        new("tcp echo", TcpAsync), new("tcp echo", TcpAsync),
        .. udpPort is { } port ? (TrafficKind[])[new("udp echo", cancel => UdpAsync(port, cancel))] : [],
    ];

    private async Task<bool> TcpAsync(CancellationToken cancel)
    {
        using var socket = await Loopback.ConnectAsync(tcpPort, cancel);
        await using var stream = new NetworkStream(socket);
        for (var i = 0; i < 50; i++)
        {
            var sent = RandomNumberGenerator.GetBytes(Random.Shared.Next(1, 100_000));
            var back = new byte[sent.Length];
            var sending = stream.WriteAsync(sent, cancel).AsTask();
            await Task.WhenAll(sending, stream.ReadExactlyAsync(back, cancel).AsTask());
            if (!back.AsSpan().SequenceEqual(sent))
            {
                throw new CorruptException($"block {i} came back changed");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancel);
        }

        return true;
    }

    private static async Task<bool> UdpAsync(int port, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
        var sentBefore = new List<byte[]>();
        var buffer = new byte[65_536];
        var answered = 0;
        for (var i = 0; i < Datagrams; i++)
        {
            var sent = RandomNumberGenerator.GetBytes(Random.Shared.Next(16, 1400));
            sentBefore.Add(sent);
            await socket.SendAsync(sent, SocketFlags.None, cancel);
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            soon.CancelAfter(TimeSpan.FromMilliseconds(500));
            try
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, soon.Token);
                answered++;
                // Datagrams may be lost or late, never changed.
                if (!sentBefore.Exists(one => one.AsSpan().SequenceEqual(buffer.AsSpan(0, count))))
                {
                    throw new CorruptException($"a datagram of {count} bytes came that was never sent");
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Lost.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancel);
        }

        return answered >= DatagramsThatMustComeBack;
    }
}

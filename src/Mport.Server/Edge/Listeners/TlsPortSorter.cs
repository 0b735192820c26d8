using System.Buffers;
using System.Net.Sockets;
using Mport.Protocol.Handshake;
using Mport.Server.Edge.Http;

namespace Mport.Server.Edge.Listeners;

/// <summary>The TLS port: ALPN <c>mport/1</c> is a carrier, the host of a tls tunnel goes to that, any other ClientHello goes to Kestrel, what is not TLS is refused.</summary>
/// <param name="passthrough">Knows the hosts whose tunnels want the TLS itself.</param>
/// <param name="time">The clock.</param>
internal sealed class TlsPortSorter(IPassthroughAcceptor passthrough, TimeProvider time) : IConnectionSorter
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc />
    public string Kind => "TLS";

    /// <inheritdoc />
    public TimeSpan Deadline => TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public async ValueTask<Sorted> SortAsync(Socket socket, CancellationToken cancellationToken)
    {
        // Holds no buffer while the connection is silent.
        await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
        for (var wait = ShortestWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            if (await PeekAsync(socket, cancellationToken) is { } sorted)
            {
                return sorted;
            }

            // Peeked bytes stay in the socket, so waiting until it is readable would end at once; hence a clock. Hardly ever needed: a
            // ClientHello fits one or two segments.
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async ValueTask<Sorted?> PeekAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ClientHelloReader.MaxBytes);
        try
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(0, ClientHelloReader.MaxBytes), SocketFlags.Peek, cancellationToken);
            return Decide(buffer.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Sorted? Decide(ReadOnlySpan<byte> bytes) => ClientHelloReader.TryRead(bytes, out var hello) switch
    {
        ClientHelloResult.Complete => Decide(hello),
        ClientHelloResult.Incomplete when bytes.Length is > 0 and < ClientHelloReader.MaxBytes => null,
        _ => new Sorted(Destination.Nowhere, LooksLikeHttp(bytes) ? PlainAnswer.TlsPort : default),
    };

    private Sorted Decide(ClientHello? hello) =>
        OffersCarrier(hello) ? new Sorted(Destination.Carrier)
        : hello?.ServerName is { } name && HostName.TryParse(name, out var host) && passthrough.Takes(host.Name) ? new Sorted(Destination.Passthrough) { ServerName = host.Name }
        : new Sorted(Destination.Http);

    private static bool OffersCarrier(ClientHello? hello) => hello?.Protocols.Contains(ProtocolVersion.Alpn) == true;

    // An HTTP request begins with a method in capitals and a space.
    private static bool LooksLikeHttp(ReadOnlySpan<byte> bytes)
    {
        var space = bytes.IndexOf((byte)' ');
        return space is > 1 and < 10 && bytes[..space].IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0;
    }
}

using System.Net.Sockets;
using Mport.Protocol.Relay;
using Mport.Server.Accounts;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;
using Mport.Server.Limits;
using Mport.Server.Policy;

namespace Mport.Server.Tunnels;

/// <summary>The tls tunnels: a connection to the edge's TLS port is joined to a client by the host that its ClientHello asks for, and nobody here sees what is inside.</summary>
internal sealed class TlsPassthrough(HostTable hosts, VisitorRelay relay, VisitorGate visitors, TunnelsMetrics metrics, TimeProvider time) : IPassthroughAcceptor
{
    // RFC 8446, 6: a fatal alert. It says more to the visitor than a connection that just ends.
    private static readonly byte[] InternalError = [21, 3, 3, 0, 2, 2, 80];

    private static readonly TimeSpan TimeToSayNo = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public bool Takes(string host) => Find(host) is not null;

    /// <inheritdoc />
    public async Task AcceptAsync(Socket socket, ConnectionEnds ends, string host)
    {
        if (Find(host) is { Link: null } && hosts.Returning.IsAwaited(host))
        {
            await hosts.Returning.WaitAsync(host, CancellationToken.None);
        }

        if (Find(host)?.Link is not { } link)
        {
            await RefuseAsync(socket, VisitorRefusal.ClientAway);
            return;
        }

        if (link.Policy.Current?.Admits(PolicyRequest.Plain(ends.Address)) == false)
        {
            await RefuseAsync(socket, VisitorRefusal.PolicyRefused);
            return;
        }

        using var place = visitors.TryEnter(AddressBlock.Of(ends.Address), link.TunnelId, link.AccountId, out var refusal);
        if (place is null)
        {
            await RefuseAsync(socket, refusal);
            return;
        }

        metrics.VisitorAccepted();
        await relay.RunAsync(socket, ends, link, TunnelProto.Tls);
    }

    private HostPath? Find(string host) => hosts.Find(host)?.Get(TunnelPath.All) is { Proto: TunnelProto.Tls } part ? part : null;

    private async Task RefuseAsync(Socket socket, VisitorRefusal why)
    {
        metrics.VisitorRefused(why);
        try
        {
            using var limit = new CancellationTokenSource(TimeToSayNo, time);
            await PlainAnswer.SendAsync(socket, InternalError, limit.Token);
            socket.Dispose();
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            SocketRelay.CloseWithReset(socket);
        }
    }
}

using System.Net;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;

namespace Mport.Server.Tunnels;

/// <summary>A session's hold on a tunnel: visitors' streams go over the session's carrier.</summary>
internal sealed class SessionTunnelLink(EdgeSession session, TunnelRecord tunnel, int number, string? target) : TunnelLink
{
    private readonly CancellationTokenSource _ended = new();

    public override string TunnelId => tunnel.Id.Value;

    public override string Name => tunnel.Name;

    public override string AccountId => session.Identity.UserId.Value;

    public override string? Target => target;

    public override CancellationToken Ended => _ended.Token;

    /// <summary>The session that holds the tunnel.</summary>
    public EdgeSession Session => session;

    /// <summary>The tunnel with its address.</summary>
    public TunnelRecord Tunnel => tunnel;

    /// <summary>The tunnel's number in the session.</summary>
    public int Number => number;

    public override async ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, IPEndPoint? visitor, CancellationToken cancellationToken)
    {
        // Looked at for each stream, not only when the tunnel was opened (SEC-25).
        if (_ended.IsCancellationRequested)
        {
            throw new StreamException(TunnelErrors.TunnelClosedByEdge, "The tunnel is no longer open.");
        }

        var prelude = new StreamPrelude { Kind = kind, Tunnel = number, Visitor = visitor };
        return await session.Carrier.OpenStreamAsync(prelude.ToBytes(), cancellationToken);
    }

    /// <summary>The link is no longer in force. Streams in flight go on.</summary>
    public void End() => _ended.Cancel();
}

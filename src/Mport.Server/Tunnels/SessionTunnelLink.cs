using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Server.Accounts;
using Mport.Server.Edge.Proxies;
using Mport.Server.Edge.Sessions;
using Mport.Server.Quotas;
using Mport.Server.Traffic;

namespace Mport.Server.Tunnels;

/// <summary>A session's hold on a tunnel: visitors' streams go over the session's carrier.</summary>
internal sealed class SessionTunnelLink : TunnelLink, IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private int _isEnded;

    /// <summary>A hold that is in force until <see cref="Dispose"/>.</summary>
    public SessionTunnelLink(EdgeSession session, TunnelRecord tunnel, int number, string? target, UsageMeter usage, QuotaLink quota)
        : base(usage.Bytes)
    {
        Usage = usage;
        Quota = quota;
        Datagrams.CountAlsoIn(usage.Datagrams);
        Session = session;
        Tunnel = tunnel;
        Number = number;
        Target = target;
        Ended = _ended.Token;
    }

    public override string TunnelId => Tunnel.Id.Value;

    public override string Name => Tunnel.Name;

    public override string AccountId => Session.Identity.UserId.Value;

    public override string? Target { get; }

    public override UsageMeter Usage { get; }

    public override QuotaLink Quota { get; }

    public override void CountDatagramsIn(DatagramCount total) => Usage.Datagrams.CountAlsoIn(total);

    public override CancellationToken Ended { get; }

    public override bool IsReachable => !Session.Carriers.IsSuspended;

    /// <summary>The session that holds the tunnel.</summary>
    public EdgeSession Session { get; }

    /// <summary>The tunnel with its address.</summary>
    public TunnelRecord Tunnel { get; }

    /// <summary>Whose the tunnel is.</summary>
    public TunnelOwner Owner => TunnelOwner.Of(Session.Identity.UserId, Tunnel.TeamId);

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The tunnel's number in the session.</summary>
    public int Number { get; }

    public override IReadOnlyList<Carrier> Carriers => Session.Carriers.All;

    public override async ValueTask<CarrierStream> OpenDatagramsAsync(Carrier carrier, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return await carrier.OpenStreamAsync(new StreamPrelude { Kind = StreamKind.Udp, Tunnel = Number }.ToBytes(), cancellationToken);
    }

    public override async ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, ConnectionEnds? visitor, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        if (!await Session.IsReachableAsync(cancellationToken))
        {
            throw new StreamException(ConnectionErrors.ConnectionLost, "The client's connection is broken.");
        }

        var prelude = new StreamPrelude { Kind = kind, Tunnel = Number, Visitor = visitor?.Remote, Public = visitor?.Public };
        return await Session.Carriers.OpenStreamAsync(prelude.ToBytes(), cancellationToken);
    }

    public override CancellationToken Gone => Session.Gone;

    public override ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken) => Session.IsReachableAsync(cancellationToken);

    /// <summary>The link is no longer in force. Streams in flight go on.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _ended.Cancel();
            _ended.Dispose();
        }
    }

    // Looked at for each stream, not only when the tunnel was opened (SEC-25).
    private void ThrowIfEnded()
    {
        if (Ended.IsCancellationRequested)
        {
            throw new StreamException(TunnelErrors.TunnelClosedByEdge, "The tunnel is no longer open.");
        }
    }
}

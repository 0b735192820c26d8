using Mport.Protocol.Carriers;
using Mport.Protocol.Relay;
using Mport.Protocol.Streams;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Tunnels;

/// <summary>
/// One session's hold on one tunnel: how a visitor reaches the client. When another session takes the tunnel over, it gets a link of its own,
/// and this one is ended. Thread-safe.
/// </summary>
internal abstract class TunnelLink
{
    /// <summary>The tunnel's lasting id, <c>tun_…</c>.</summary>
    public abstract string TunnelId { get; }

    /// <summary>The tunnel's name within its account.</summary>
    public abstract string Name { get; }

    /// <summary>The account that the tunnel belongs to, <c>usr_…</c>.</summary>
    public abstract string AccountId { get; }

    /// <summary>The target as the client told it, for display; null when it did not.</summary>
    public abstract string? Target { get; }

    /// <summary>Cancelled when the link is no longer in force: the session ended, the tunnel was closed or taken over.</summary>
    public abstract CancellationToken Ended { get; }

    /// <summary>Bytes of all visitors through this link, counted as they flow.</summary>
    public ByteCount Bytes { get; } = new();

    /// <summary>Opens a stream to the client, its prelude sent; the caller reads the <see cref="StreamAnswer"/>.</summary>
    /// <exception cref="Mport.Protocol.StreamException">The link has ended, or the client has no room.</exception>
    public abstract ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, ConnectionEnds? visitor, CancellationToken cancellationToken);
}

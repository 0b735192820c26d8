using System.Net;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;
using Mport.Protocol.Streams;
using Mport.Server.Edge.Proxies;
using Mport.Server.Policy;
using Mport.Server.Quotas;
using Mport.Server.Traffic;

namespace Mport.Server.Tunnels;

/// <summary>
/// One session's hold on one tunnel: how a visitor reaches the client. When another session takes the tunnel over, it gets a link of its own,
/// and this one is ended. Thread-safe.
/// </summary>
/// <param name="total">The bytes of all links, which this one's are added to.</param>
internal abstract class TunnelLink(ByteCount? total = null)
{
    private volatile bool _ill;
    private volatile bool _isCut;
    private int _visitors;

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

    /// <summary>The rules in front of it; for a group, its first member's.</summary>
    public PolicySlot Policy { get; init; } = new();

    /// <summary>Bytes of all visitors through this link, counted as they flow.</summary>
    public ByteCount Bytes { get; } = new(total);

    /// <summary>Whether the client has not found its target to be ill. While it is ill, no visitor is sent there.</summary>
    public bool IsHealthy => !_ill;

    /// <summary>Whether its visitors were sent away, since the tunnel was stopped or deleted.</summary>
    public bool IsCut => _isCut;

    /// <summary>No visitor begins or goes on here; to be called before the link is ended.</summary>
    public void Cut() => _isCut = true;

    /// <summary>Whether the client can be reached at this moment; one that cannot may come back, and what is sent to it waits until then.</summary>
    public virtual bool IsReachable => true;

    /// <summary>How many clients serve the tunnel behind this link.</summary>
    public virtual int Members => 1;

    /// <summary>Visitors that are with this link now: TCP connections, HTTP requests, UDP visitors.</summary>
    public int Visitors => Volatile.Read(ref _visitors);

    /// <summary>A visitor was sent to this link; <see cref="VisitorLeft"/> follows.</summary>
    public void VisitorCame() => Interlocked.Increment(ref _visitors);

    /// <summary>A visitor is no longer with this link.</summary>
    public void VisitorLeft() => Interlocked.Decrement(ref _visitors);

    /// <summary>The client told how its target is; true when that is news.</summary>
    public bool SetHealth(bool healthy)
    {
        var changed = _ill == healthy;
        _ill = !healthy;
        return changed;
    }

    /// <summary>
    /// The link that a new visitor goes to: this one, or a member of the group that it stands for. Null when none of them is well. Whoever sends
    /// the visitor there counts it with <see cref="VisitorCame"/>.
    /// </summary>
    /// <param name="visitor">The visitor's address.</param>
    /// <param name="tried">Links that did not take this visitor; none of them is given again.</param>
    public virtual TunnelLink? Choose(IPAddress? visitor, IReadOnlyCollection<TunnelLink> tried) => IsHealthy && !tried.Contains(this) ? this : null;

    /// <summary>Datagrams of all visitors through this link, and those that were dropped.</summary>
    public DatagramCount Datagrams { get; } = new();

    /// <summary>Where the traffic of visitors is counted for its account; null for a link that stands for others, which count their own.</summary>
    public virtual UsageMeter? Usage => null;

    /// <summary>What its visitors may use; null for a link that stands for others.</summary>
    public virtual QuotaLink? Quota => null;

    /// <summary>From now on, a wider count gets the same datagrams.</summary>
    public virtual void CountDatagramsIn(DatagramCount total) => Datagrams.CountAlsoIn(total);

    /// <summary>The carriers that UDP visitors are spread over.</summary>
    public virtual IReadOnlyList<Carrier> Carriers => [];

    /// <summary>Cancelled when the client has gone away since and is not to be expected back soon; another token stands here then.</summary>
    public virtual CancellationToken Gone => CancellationToken.None;

    /// <summary>Opens a stream for the datagrams that go over one carrier, its prelude sent; the caller reads the answer (<see cref="ReadAnswerAsync"/>).</summary>
    /// <exception cref="StreamException">The link has ended, or the client has no room.</exception>
    public virtual ValueTask<CarrierStream> OpenDatagramsAsync(Carrier carrier, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Waits while the client's connection is broken and being taken up again; false when its coming back is not to be expected soon.</summary>
    public virtual ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

    /// <summary>Opens a stream to the client, its prelude sent; the caller reads the answer (<see cref="ReadAnswerAsync"/>).</summary>
    /// <exception cref="StreamException">The link has ended, or the client has no room.</exception>
    public abstract ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, ConnectionEnds? visitor, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the client's answer from the start of a stream that was opened here. A client that dies just before a visitor comes is noticed while the
    /// answer is waited for: that ends with a failure as soon as the client is not to be expected back, and not at the deadline.
    /// </summary>
    /// <exception cref="StreamException">What came is not an answer, the stream ended, or the client is gone.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<StreamAnswer> ReadAnswerAsync(CarrierStream stream, CancellationToken cancellationToken)
    {
        var gone = Gone;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gone);
        try
        {
            return await StreamAnswer.ReadAsync(stream, either.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StreamException(ConnectionErrors.ConnectionLost, "The client's connection is broken.");
        }
    }
}

using System.Net;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Server.Accounts;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Tunnels.Groups;

/// <summary>
/// A tunnel that several sessions of an account hold together: each visitor is given to one of them. The public address stands for this link, while the
/// members come and go. Members change under the registry's lock; visitors read them without one.
/// </summary>
internal sealed class GroupTunnelLink : TunnelLink, IDisposable
{
    /// <summary>Members of one group at most: more than anybody runs, few enough that a choice among them costs nothing.</summary>
    public const int MaxMembers = 100;

    private readonly CancellationTokenSource _ended = new();
    private volatile Member[] _members = [];
    private uint _turn;
    private int _isEnded;

    /// <summary>A group without members.</summary>
    public GroupTunnelLink(TunnelRecord tunnel, UserId userId, string group)
    {
        TunnelId = tunnel.Id.Value;
        Name = tunnel.Name;
        AccountId = userId.Value;
        Group = group;
        Ended = _ended.Token;
    }

    public override string TunnelId { get; }

    public override string Name { get; }

    public override string AccountId { get; }

    public override string? Target => null;

    public override CancellationToken Ended { get; }

    /// <summary>The group's name.</summary>
    public string Group { get; }

    public override int Members => _members.Length;

    /// <summary>A member comes.</summary>
    /// <param name="link">Its own hold on the tunnel.</param>
    /// <param name="key">What stays the same for as long as its process runs: a new session of it gets the same sticky visitors.</param>
    /// <param name="sticky">Whether it wants visitors to stay with one member; one that does decides for all.</param>
    public void Add(TunnelLink link, string key, bool sticky) => _members = [.. _members, new Member(link, GroupChoice.HashOf(key), sticky)];

    /// <summary>A member goes.</summary>
    public void Remove(TunnelLink link) => _members = [.. _members.Where(member => member.Link != link)];

    public override TunnelLink? Choose(IPAddress? visitor, IReadOnlyCollection<TunnelLink> tried)
    {
        var members = _members;
        Span<int> fit = members.Length <= 16 ? stackalloc int[16] : new int[members.Length];

        // A member whose connection is broken may come back within the grace time; visitors do not wait for it while others are there.
        var count = FindFit(members, tried, fit, reachable: true);
        count = count > 0 ? count : FindFit(members, tried, fit, reachable: false);
        fit = fit[..count];
        return count == 0 ? null
            : members[visitor is not null && Array.Exists(members, static member => member.Sticky) ? ChooseSticky(members, fit, visitor) : ChooseLeastLoaded(members, fit)].Link;
    }

    /// <summary>For callers that know nothing of groups.</summary>
    public override ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, ConnectionEnds? visitor, CancellationToken cancellationToken) =>
        Choose(visitor?.Address, [])?.OpenStreamAsync(kind, visitor, cancellationToken)
        ?? throw new StreamException(TunnelErrors.TunnelClosedByEdge, "No member of the group is well.");

    /// <summary>The group has no member any more, or was taken over.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _ended.Cancel();
            _ended.Dispose();
        }
    }

    private static int FindFit(Member[] members, IReadOnlyCollection<TunnelLink> tried, Span<int> fit, bool reachable)
    {
        var count = 0;
        for (var i = 0; i < members.Length; i++)
        {
            var link = members[i].Link;
            if (link.IsHealthy && !link.Ended.IsCancellationRequested && (link.IsReachable || !reachable) && !tried.Contains(link))
            {
                fit[count++] = i;
            }
        }

        return count;
    }

    private static int ChooseSticky(Member[] members, ReadOnlySpan<int> fit, IPAddress visitor)
    {
        Span<ulong> hashes = fit.Length <= 16 ? stackalloc ulong[16] : new ulong[fit.Length];
        for (var i = 0; i < fit.Length; i++)
        {
            hashes[i] = members[fit[i]].Hash;
        }

        return fit[GroupChoice.Sticky(hashes[..fit.Length], GroupChoice.HashOf(visitor))];
    }

    private int ChooseLeastLoaded(Member[] members, ReadOnlySpan<int> fit)
    {
        Span<int> loads = fit.Length <= 16 ? stackalloc int[16] : new int[fit.Length];
        for (var i = 0; i < fit.Length; i++)
        {
            loads[i] = members[fit[i]].Link.Visitors;
        }

        return fit[GroupChoice.LeastLoaded(loads[..fit.Length], Interlocked.Increment(ref _turn))];
    }

    private sealed record Member(TunnelLink Link, ulong Hash, bool Sticky);
}

using System.Net;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Server.Accounts;

namespace Mport.Server.Tunnels.Groups;

/// <summary>
/// A tunnel that several sessions of an account hold together: each visitor is given to one of them. The public address stands for this link, while the
/// members come and go. Members change under the registry's lock; visitors read them without one.
/// </summary>
internal sealed class GroupTunnelLink(TunnelRecord tunnel, UserId userId, string group) : TunnelLink, IDisposable
{
    /// <summary>Members of one group at most: more than anybody runs, few enough that a choice among them costs nothing.</summary>
    public const int MaxMembers = 100;

    private readonly CancellationTokenSource _ended = new();
    private volatile Member[] _members = [];
    private uint _turn;
    private int _isEnded;

    public override string TunnelId => tunnel.Id.Value;

    public override string Name => tunnel.Name;

    public override string AccountId => userId.Value;

    public override string? Target => null;

    public override CancellationToken Ended => _ended.Token;

    /// <summary>The group's name.</summary>
    public string Group => group;

    /// <summary>How many members there are.</summary>
    public int Count => _members.Length;

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
        var sticky = false;
        var count = 0;
        Span<int> fit = members.Length <= 16 ? stackalloc int[16] : new int[members.Length];
        for (var i = 0; i < members.Length; i++)
        {
            sticky |= members[i].Sticky;
            if (members[i].Link is { IsHealthy: true, Ended.IsCancellationRequested: false } && !tried.Contains(members[i].Link))
            {
                fit[count++] = i;
            }
        }

        fit = fit[..count];
        return count == 0 ? null : members[sticky && visitor is not null ? ChooseSticky(members, fit, visitor) : ChooseLeastLoaded(members, fit)].Link;
    }

    /// <summary>For callers that know nothing of groups.</summary>
    public override ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, IPEndPoint? visitor, CancellationToken cancellationToken) =>
        Choose(visitor?.Address, [])?.OpenStreamAsync(kind, visitor, cancellationToken)
        ?? throw new StreamException(TunnelErrors.TunnelClosedByEdge, "No member of the group is well.");

    /// <summary>The group has no member any more, or was taken over.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _ended.Cancel();
        }
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

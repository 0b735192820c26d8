using System.Diagnostics.CodeAnalysis;
using Mport.Protocol.Errors;

namespace Mport.Server.Tunnels;

/// <summary>How the opening of a tunnel went: a link with its addresses, or a failure.</summary>
internal sealed class TunnelOpening
{
    /// <summary>The tunnel is not open.</summary>
    public TunnelOpening(Failure failure)
    {
        Failure = failure;
        Urls = [];
    }

    /// <summary>The tunnel is open.</summary>
    public TunnelOpening(SessionTunnelLink link, IReadOnlyList<string> urls, bool tookOver)
    {
        Link = link;
        Urls = urls;
        TookOver = tookOver;
    }

    /// <summary>The session's hold on the tunnel.</summary>
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsOpen => Link is not null;

    /// <summary>The session's hold on the tunnel, when it is open.</summary>
    public SessionTunnelLink? Link { get; }

    /// <summary>Why it is not open.</summary>
    public Failure? Failure { get; }

    /// <summary>The public addresses, best first.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>Whether another session lost it.</summary>
    public bool TookOver { get; }
}

using System.Runtime.InteropServices;

namespace Mport.Server.Limits;

/// <summary>
/// Whether a visitor's connection still gets anywhere. It is looked at now and then: so it ends at the limit, or up to one look later. Pure; not
/// thread-safe.
/// </summary>
/// <param name="stallTicks">How long what waits for the visitor may lie unread.</param>
/// <param name="idleTicks">How long nothing may pass; 0 for ever.</param>
/// <param name="now">When the connection began.</param>
[StructLayout(LayoutKind.Auto)]
internal struct VisitorProgress(long stallTicks, long idleTicks, long now)
{
    private long _toVisitor;
    private long _all;
    private long _lastToVisitor = now;
    private long _lastAny = now;

    /// <summary>Looks.</summary>
    /// <param name="timestamp">Now.</param>
    /// <param name="fromVisitor">Bytes from the visitor so far.</param>
    /// <param name="toVisitor">Bytes to the visitor so far.</param>
    /// <param name="hasUnread">Whether bytes wait for the visitor.</param>
    public VisitorVerdict Look(long timestamp, long fromVisitor, long toVisitor, bool hasUnread)
    {
        if (fromVisitor + toVisitor != _all)
        {
            _all = fromVisitor + toVisitor;
            _lastAny = timestamp;
        }

        if (toVisitor != _toVisitor || !hasUnread)
        {
            _toVisitor = toVisitor;
            _lastToVisitor = timestamp;
        }

        return timestamp - _lastToVisitor >= stallTicks ? VisitorVerdict.Stalled
            : idleTicks > 0 && timestamp - _lastAny >= idleTicks ? VisitorVerdict.Idle
            : VisitorVerdict.GoesOn;
    }
}

/// <summary>What becomes of a visitor's connection.</summary>
internal enum VisitorVerdict
{
    /// <summary>It goes on.</summary>
    GoesOn,

    /// <summary>The visitor does not read what waits for it.</summary>
    Stalled,

    /// <summary>Nothing passes, either way.</summary>
    Idle,

    /// <summary>A quota is used up.</summary>
    OverQuota,
}

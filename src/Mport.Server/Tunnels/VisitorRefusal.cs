using System.Diagnostics;

namespace Mport.Server.Tunnels;

/// <summary>Why a visitor was turned away.</summary>
internal enum VisitorRefusal
{
    /// <summary>The edge has as many visitors as it takes.</summary>
    EdgeFull,

    /// <summary>The client is gone, or has no room.</summary>
    ClientAway,

    /// <summary>The client could not reach the target.</summary>
    TargetFailed,

    /// <summary>The target is known to be ill, or those of all members of the group.</summary>
    TargetIll,
}

/// <summary>The names of refusals in metrics.</summary>
internal static class VisitorRefusals
{
    /// <summary>The tag's value.</summary>
    public static string ToTag(this VisitorRefusal refusal) => refusal switch
    {
        VisitorRefusal.EdgeFull => "edge_full",
        VisitorRefusal.ClientAway => "client_away",
        VisitorRefusal.TargetFailed => "target_failed",
        VisitorRefusal.TargetIll => "target_ill",
        _ => throw new UnreachableException(),
    };
}

using System.Diagnostics;

namespace Mport.Server.Tunnels;

/// <summary>Why a visitor was turned away.</summary>
internal enum VisitorRefusal
{
    /// <summary>The edge has as many visitors as it takes.</summary>
    EdgeFull,

    /// <summary>The visitor's address has as many connections as one may have.</summary>
    AddressFull,

    /// <summary>The visitor's address opens connections faster than one may.</summary>
    AddressFast,

    /// <summary>The port takes no more connections in this second.</summary>
    PortFast,

    /// <summary>The tunnel has as many visitors as one may have.</summary>
    TunnelFull,

    /// <summary>The tunnel's account has as many visitors as one may have.</summary>
    AccountFull,

    /// <summary>The memory for buffers is nearly used up.</summary>
    MemoryLow,

    /// <summary>The client is gone, or has no room.</summary>
    ClientAway,

    /// <summary>The client could not reach the target.</summary>
    TargetFailed,

    /// <summary>The target is known to be ill, or those of all members of the group.</summary>
    TargetIll,

    /// <summary>A rule of the tunnel's keeps the visitor's address out.</summary>
    PolicyRefused,

    /// <summary>A quota of the tunnel, its token or its account is used up, or leaves no room for one more visitor.</summary>
    QuotaReached,
}

/// <summary>The names of refusals in metrics.</summary>
internal static class VisitorRefusals
{
    /// <summary>The tag's value.</summary>
    public static string ToTag(this VisitorRefusal refusal) => refusal switch
    {
        VisitorRefusal.EdgeFull => "edge_full",
        VisitorRefusal.AddressFull => "address_full",
        VisitorRefusal.AddressFast => "address_fast",
        VisitorRefusal.PortFast => "port_fast",
        VisitorRefusal.TunnelFull => "tunnel_full",
        VisitorRefusal.AccountFull => "account_full",
        VisitorRefusal.MemoryLow => "memory_low",
        VisitorRefusal.ClientAway => "client_away",
        VisitorRefusal.TargetFailed => "target_failed",
        VisitorRefusal.TargetIll => "target_ill",
        VisitorRefusal.PolicyRefused => "policy",
        VisitorRefusal.QuotaReached => "quota_reached",
        _ => throw new UnreachableException(),
    };
}

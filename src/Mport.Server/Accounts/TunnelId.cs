using Mport.Protocol.Identity;

namespace Mport.Server.Accounts;

/// <summary>The lasting id of a tunnel: <c>tun_</c> and a ULID.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct TunnelId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "tun_";

    /// <summary>A new id for this moment.</summary>
    public static TunnelId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}

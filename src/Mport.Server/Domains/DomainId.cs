using Mport.Protocol.Identity;

namespace Mport.Server.Domains;

/// <summary>The lasting id of a custom domain: <c>dom_</c> and a ULID.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct DomainId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "dom_";

    /// <summary>A new id for this moment.</summary>
    public static DomainId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}

using Mport.Protocol.Identity;

namespace Mport.Server.Accounts;

/// <summary>The lasting id of an access token: <c>key_</c> and a ULID.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct TokenId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "key_";

    /// <summary>A new id for this moment.</summary>
    public static TokenId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}

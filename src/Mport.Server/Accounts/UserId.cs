using Mport.Protocol.Identity;

namespace Mport.Server.Accounts;

/// <summary>The lasting id of an account: <c>usr_</c> and a ULID.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct UserId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "usr_";

    /// <summary>A new id for this moment.</summary>
    public static UserId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}

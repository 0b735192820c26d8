using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>The lasting id of a passkey: <c>pky_</c> and a ULID.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct PasskeyId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "pky_";

    /// <summary>A new id for this moment.</summary>
    public static PasskeyId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}

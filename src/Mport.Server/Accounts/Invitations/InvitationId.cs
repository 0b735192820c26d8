using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Invitations;

/// <summary>The lasting id of an invitation: <c>inv_</c> and a ULID. It lets nobody in.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct InvitationId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "inv_";

    /// <summary>A new id for this moment.</summary>
    public static InvitationId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}

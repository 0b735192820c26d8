using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Reservations;

/// <summary>The lasting id of a reservation: <c>res_</c> and a ULID.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct ReservationId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "res_";

    /// <summary>A new id for this moment.</summary>
    public static ReservationId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}

using System.Globalization;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Reservations;

/// <summary>Events of reservations.</summary>
internal static class ReservationEvents
{
    /// <summary>One was made.</summary>
    public static EdgeEvent Created(EventActor actor, Reservation made) => ChangeEvents.Of(
        EventKinds.ReservationCreated, actor, made.UserId, Subject(made), ("subdomain", null, made.Address.Subdomain), ("port", null, PortOf(made)), ("proto", null, ProtoOf(made)));

    /// <summary>One was given up.</summary>
    public static EdgeEvent Released(EventActor actor, Reservation gone) => ChangeEvents.Of(
        EventKinds.ReservationReleased, actor, gone.UserId, Subject(gone), ("subdomain", gone.Address.Subdomain, null), ("port", PortOf(gone), null), ("proto", ProtoOf(gone), null));

    private static EventSubject Subject(Reservation reservation) => new("reservation", reservation.Id.Value, reservation.Address.ToString());

    private static string? PortOf(Reservation reservation) => reservation.Address.Port?.ToString(CultureInfo.InvariantCulture);

    private static string? ProtoOf(Reservation reservation) => reservation.Address.Subdomain is null ? reservation.Address.Proto.ToText() : null;
}

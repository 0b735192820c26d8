namespace Mport.Protocol.Errors;

/// <summary>Reserved names and ports, and what becomes of them with their account: 153x.</summary>
public static class ReservationErrors
{
    /// <summary>No reservation has this id.</summary>
    public static ErrorDescription ReservationUnknown { get; } = new()
    {
        Code = new(1530),
        Title = "No reservation has this id",
        Why = "It was never made, or was released.",
        Fix = "See `mportd reservation list`.",
    };

    internal static ErrorDescription[] All { get; } = [ReservationUnknown];
}

using Mport.Server.Accounts;
using Mport.Server.Accounts.Reservations;

namespace Mport.Server.Hosting.Commands;

/// <summary>A reservation as <c>--json</c> prints it.</summary>
internal sealed record ReservationLine(string Id, string Email, DateTimeOffset CreatedAt)
{
    /// <summary>The subdomain.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The public port.</summary>
    public int? Port { get; init; }

    /// <summary>With a port: of which protocol.</summary>
    public string? Proto { get; init; }

    /// <summary>The line of a reservation.</summary>
    public static ReservationLine Of(Reservation one, string email) => new(one.Id.Value, email, one.CreatedAt)
    {
        Subdomain = one.Address.Subdomain,
        Port = one.Address.Port,
        Proto = one.Address.Subdomain is null ? one.Address.Proto.ToText() : null,
    };
}

using Mport.Server.Accounts;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Domains;
using Mport.Server.Edge.Sessions;
using Mport.Server.Hosting;
using Mport.Server.Policy;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Api;

/// <summary>What the API's endpoints work with; all of it lives longer.</summary>
internal sealed record ApiParts
{
    /// <summary>The API's limits.</summary>
    public required ApiOptions Options { get; init; }

    /// <summary>What the edge was told.</summary>
    public required EdgeSettings Settings { get; init; }

    /// <summary>Makes and opens cursors.</summary>
    public required ListCursors Cursors { get; init; }

    /// <summary>The requests that can be sent again.</summary>
    public required IdempotencyStore Idempotency { get; init; }

    /// <summary>Makes addresses with wrong tokens wait.</summary>
    public required AttemptLimiter Attempts { get; init; }

    /// <summary>The accounts.</summary>
    public required UserStore Users { get; init; }

    /// <summary>The access tokens.</summary>
    public required TokenStore Tokens { get; init; }

    /// <summary>The access tokens of one account.</summary>
    public required OwnTokenStore OwnTokens { get; init; }

    /// <summary>The tunnels of one account.</summary>
    public required OwnTunnelStore OwnTunnels { get; init; }

    /// <summary>All accounts, for administrators.</summary>
    public required UserAdminStore AllUsers { get; init; }

    /// <summary>The teams.</summary>
    public required TeamStore Teams { get; init; }

    /// <summary>Who is in which team.</summary>
    public required TeamMemberStore TeamMembers { get; init; }

    /// <summary>Reads the rules of tunnels.</summary>
    public required PolicyDesk Policies { get; init; }

    /// <summary>Changes tunnels.</summary>
    public required TunnelDesk Desk { get; init; }

    /// <summary>The names and ports that accounts keep.</summary>
    public required ReservationStore Reservations { get; init; }

    /// <summary>The custom domains.</summary>
    public required DomainParts Domains { get; init; }

    /// <summary>Takes domains away.</summary>
    public required DomainEnd DomainEnd { get; init; }

    /// <summary>Deletes accounts.</summary>
    public required AccountRemoval Removal { get; init; }

    /// <summary>Who holds which tunnel.</summary>
    public required TunnelRegistry Registry { get; init; }

    /// <summary>The visitors who are with tunnels.</summary>
    public required VisitorConnections Connections { get; init; }

    /// <summary>What tunnels' addresses look like.</summary>
    public required PublicAddress Address { get; init; }

    /// <summary>The connected clients.</summary>
    public required SessionRegistry Sessions { get; init; }
    /// <summary>Usage, quotas and events.</summary>
    public required EdgeBooks Books { get; init; }

    /// <summary>How people and machines get in.</summary>
    public required AccountWeb Accounts { get; init; }
}

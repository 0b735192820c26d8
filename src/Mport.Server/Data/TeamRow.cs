using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;

namespace Mport.Server.Data;

/// <summary>A team: accounts that have tunnels together.</summary>
internal sealed class TeamRow
{
    /// <summary>The key.</summary>
    public required TeamId Id { get; init; }

    /// <summary>The name; unique on the edge.</summary>
    public required string Name { get; set; }

    /// <summary>Who made it; null where it was done from the edge's command line.</summary>
    public UserId? MadeBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Grows with each change of the name.</summary>
    public long Revision { get; set; } = 1;
}

/// <summary>An account's place in a team.</summary>
internal sealed class TeamMemberRow
{
    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>The account.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The account.</summary>
    public User? User { get; init; }

    /// <summary>Whether it manages the team.</summary>
    public bool IsManager { get; set; }

    /// <summary>Since when it is in the team.</summary>
    public required DateTimeOffset AddedAt { get; init; }
}

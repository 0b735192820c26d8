namespace Mport.Server.Accounts.Teams;

/// <summary>A team as one of its members sees it.</summary>
internal sealed record TeamRecord
{
    /// <summary>The lasting id.</summary>
    public required TeamId Id { get; init; }

    /// <summary>The name, unique on the edge.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Grows with each change of the name.</summary>
    public required long Revision { get; init; }

    /// <summary>How many members it has.</summary>
    public required int Members { get; init; }

    /// <summary>How many tunnels belong to it.</summary>
    public required int Tunnels { get; init; }

    /// <summary>Whether the account that looks is a manager of it; at the edge's own command line always.</summary>
    public required bool IsManager { get; init; }
}

/// <summary>A member of a team.</summary>
internal sealed record TeamMemberRecord
{
    /// <summary>The account.</summary>
    public required UserId UserId { get; init; }

    /// <summary>Its e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary>Whether it manages the team.</summary>
    public required bool IsManager { get; init; }

    /// <summary>Since when it is in the team.</summary>
    public required DateTimeOffset AddedAt { get; init; }
}

namespace Mport.Server.Accounts.Teams;

/// <summary>A team as the API shows it.</summary>
internal sealed record TeamAnswer
{
    /// <summary>The lasting id, <c>team_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name, unique on the edge.</summary>
    public required string Name { get; init; }

    /// <summary>Your role in it: <c>manager</c> or <c>member</c>.</summary>
    public required string Role { get; init; }

    /// <summary>How many members it has.</summary>
    public required int Members { get; init; }

    /// <summary>How many tunnels belong to it.</summary>
    public required int Tunnels { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of a record.</summary>
    public static TeamAnswer Of(TeamRecord team) => new()
    {
        Id = team.Id.Value,
        Name = team.Name,
        Role = TeamRoles.Of(team.IsManager),
        Members = team.Members,
        Tunnels = team.Tunnels,
        CreatedAt = team.CreatedAt.ToUniversalTime(),
    };
}

/// <summary>A member of a team as the API shows it.</summary>
internal sealed record TeamMemberAnswer
{
    /// <summary>The account, <c>usr_…</c>.</summary>
    public required string UserId { get; init; }

    /// <summary>Its e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary><c>manager</c> or <c>member</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Since when it is in the team.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>Of a record.</summary>
    public static TeamMemberAnswer Of(TeamMemberRecord member) => new()
    {
        UserId = member.UserId.Value,
        Email = member.Email,
        Role = TeamRoles.Of(member.IsManager),
        AddedAt = member.AddedAt.ToUniversalTime(),
    };
}

/// <summary>The members of a team: all of them, at most 200.</summary>
/// <param name="Data">The members, the oldest first.</param>
internal sealed record TeamMembersAnswer(IReadOnlyList<TeamMemberAnswer> Data);

using System.Text.Json.Serialization;
using Mport.Server.Api;

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

/// <summary>A team to be made, or its name.</summary>
internal sealed record TeamBody
{
    /// <summary>The name: 1 to 63 of a-z, 0-9 and hyphen; unique on the edge.</summary>
    public string? Name { get; init; }
}

/// <summary>An account to be added to a team.</summary>
internal sealed record NewTeamMember
{
    /// <summary>The account's e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary><c>member</c> (by default) or <c>manager</c>.</summary>
    public string? Role { get; init; }
}

/// <summary>What can be changed of a member.</summary>
internal sealed record TeamMemberChange
{
    /// <summary><c>manager</c> or <c>member</c>.</summary>
    public string? Role { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TeamAnswer))]
[JsonSerializable(typeof(ListAnswer<TeamAnswer>))]
[JsonSerializable(typeof(TeamMemberAnswer))]
[JsonSerializable(typeof(TeamMembersAnswer))]
[JsonSerializable(typeof(TeamBody))]
[JsonSerializable(typeof(NewTeamMember))]
[JsonSerializable(typeof(TeamMemberChange))]
internal sealed partial class TeamsJson : JsonSerializerContext;

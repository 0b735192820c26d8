using System.Text.Json.Serialization;
using Mport.Server.Api;

namespace Mport.Server.Accounts.Teams;

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

using System.Text.Json.Serialization;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Quotas;

namespace Mport.Server.Hosting.Commands;

/// <summary>An account as <c>--json</c> prints it.</summary>
internal sealed record UserLine(string Id, string Email, bool Admin, bool Owner, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt)
{
    /// <summary>What it may do on the whole.</summary>
    public required string Role { get; init; }

    /// <summary>The line of an account.</summary>
    public static UserLine Of(UserRecord user) => new(user.Id.Value, user.Email, user.IsAdmin, user.IsOwner, user.CreatedAt, user.DisabledAt) { Role = user.Role.ToText() };
}

/// <summary>A quota as <c>--json</c> prints it.</summary>
internal sealed record QuotaLine(string Id, string Kind, LimitsBody Limits, DateTimeOffset UpdatedAt);

/// <summary>A one-time link as <c>--json</c> prints it.</summary>
internal sealed record LinkLine(string Email, string Link, DateTimeOffset ExpiresAt);

/// <summary>An invitation as <c>--json</c> prints it; its link stands only in the line of the command that made it.</summary>
internal sealed record InvitationLine(string Id, string Email, string Role, string State)
{
    /// <summary>The link.</summary>
    public string? Link { get; init; }

    /// <summary>Whether the link was mailed; absent where no mail server is configured.</summary>
    public bool? Mailed { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it stops working.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The line of a listed invitation.</summary>
    public static InvitationLine Of(InvitationRecord one, DateTimeOffset now) => new(one.Id.Value, one.Email, one.Role.ToText(), one.StateAt(now))
    {
        CreatedAt = one.CreatedAt,
        ExpiresAt = one.ExpiresAt,
    };
}

/// <summary>A result of <c>mportd check</c> as <c>--json</c> prints it.</summary>
internal sealed record CheckLine(string Result, string Subject, string Text);

/// <summary>The JSON of the commands: one object a line, snake_case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserLine))]
[JsonSerializable(typeof(TokenLine))]
[JsonSerializable(typeof(QuotaLine))]
[JsonSerializable(typeof(ReservationLine))]
[JsonSerializable(typeof(LinkLine))]
[JsonSerializable(typeof(PasskeyLine))]
[JsonSerializable(typeof(InvitationLine))]
[JsonSerializable(typeof(TeamLine))]
[JsonSerializable(typeof(TeamMemberLine))]
[JsonSerializable(typeof(CheckLine))]
internal sealed partial class CommandJson : JsonSerializerContext;

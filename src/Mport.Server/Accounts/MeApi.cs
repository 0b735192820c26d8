using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Server.Api;

namespace Mport.Server.Accounts;

/// <summary><c>/api/v1/me</c>: the caller's own account and credentials.</summary>
internal static class MeApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapMe(this IEndpointRouteBuilder api) =>
        api.MapGet("/me", Get).NeedsCaller().WithName("getMe").WithTags("me").WithSummary("Your account, and what your credentials allow");

    private static Ok<MeAnswer> Get(ApiCaller caller) => TypedResults.Ok(new MeAnswer
    {
        Id = caller.UserId.Value,
        Email = caller.Email,
        Role = caller.Role.ToText(),
        TokenId = caller.TokenId?.Value,
        Scopes = caller.Scopes.ToNames(),
    });
}

/// <summary>Who the caller is.</summary>
internal sealed record MeAnswer
{
    /// <summary>The account, <c>usr_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The account's e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary><c>member</c>, <c>auditor</c>, <c>admin</c> or <c>owner</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The token of this request, <c>key_…</c>; absent in a browser's session.</summary>
    public string? TokenId { get; init; }

    /// <summary>What the credentials of this request allow.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MeAnswer))]
internal sealed partial class MeJson : JsonSerializerContext;

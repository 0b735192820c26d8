using System.Text.Json.Serialization;
using Mport.Protocol.Identity;

namespace Mport.Protocol.Rest;

/// <summary>Where a client logs in without a token: it shows a code, and a person approves in a browser (the ideas of RFC 8628).</summary>
public static class DeviceLogin
{
    /// <summary>Begins a login: <c>POST</c> of <see cref="DeviceLoginRequest"/>, answered with <see cref="DeviceLoginCodes"/>.</summary>
    public const string BeginPath = "/api/v1/auth/device";

    /// <summary>Asks for the token: <c>POST</c> of <see cref="DeviceTokenRequest"/>, answered with <see cref="DeviceTokenAnswer"/> or a problem.</summary>
    public const string TokenPath = "/api/v1/auth/device/token";
}

/// <summary>A machine wants to log in.</summary>
/// <param name="Machine">What it calls itself; shown to the person who approves.</param>
public sealed record DeviceLoginRequest(string? Machine);

/// <summary>What the machine does next.</summary>
public sealed record DeviceLoginCodes
{
    /// <summary>For the machine alone.</summary>
    public required Secret DeviceCode { get; init; }

    /// <summary>For the person, as it is shown: <c>BCDF-GHJK</c>.</summary>
    public required string UserCode { get; init; }

    /// <summary>Where the person goes.</summary>
    public required string VerificationUri { get; init; }

    /// <summary>The same with the code filled in.</summary>
    public required string VerificationUriComplete { get; init; }

    /// <summary>Seconds until the codes stop working.</summary>
    public required int ExpiresIn { get; init; }

    /// <summary>Seconds to leave between two questions for the token.</summary>
    public required int Interval { get; init; }
}

/// <summary>A machine asks for its token.</summary>
/// <param name="DeviceCode">From <see cref="DeviceLoginCodes"/>.</param>
public sealed record DeviceTokenRequest(string? DeviceCode);

/// <summary>The token of an approved machine.</summary>
/// <param name="Token">The token.</param>
/// <param name="Account">The account that it belongs to.</param>
public sealed record DeviceTokenAnswer(Secret Token, string Account);

/// <summary>A problem (RFC 9457), as far as a client looks at it.</summary>
public sealed record RestProblem
{
    /// <summary>The stable code, <c>MP-nnnn</c>.</summary>
    public string? Code { get; init; }

    /// <summary>What happened and what to do.</summary>
    public string? Detail { get; init; }
}

/// <summary>The JSON of logging in, source-generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8)]
[JsonSerializable(typeof(DeviceLoginRequest))]
[JsonSerializable(typeof(DeviceLoginCodes))]
[JsonSerializable(typeof(DeviceTokenRequest))]
[JsonSerializable(typeof(DeviceTokenAnswer))]
[JsonSerializable(typeof(RestProblem))]
public sealed partial class DeviceLoginJson : JsonSerializerContext;

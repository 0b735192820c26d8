using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>What a browser is asked.</summary>
/// <param name="Options">The options for <c>navigator.credentials</c>, in WebAuthn's own JSON.</param>
/// <param name="Ticket">To be sent along with the browser's answer, within five minutes.</param>
internal sealed record PasskeyOptionsAnswer(JsonElement Options, string Ticket);

/// <summary>The answer of a passkey.</summary>
/// <param name="Ticket">The ticket that came with the options.</param>
/// <param name="Credential">What the browser gave, in WebAuthn's own JSON.</param>
internal sealed record PasskeySignInRequest(string? Ticket, JsonElement? Credential);

/// <summary>A passkey that the browser has made.</summary>
/// <param name="Ticket">The ticket that came with the options.</param>
/// <param name="Credential">What the browser gave, in WebAuthn's own JSON.</param>
internal sealed record NewPasskeyRequest(string? Ticket, JsonElement? Credential)
{
    /// <summary>What you call it, 1 to 64 visible characters; by default the browser's name.</summary>
    public string? Name { get; init; }
}

/// <summary>What can be changed of a passkey.</summary>
internal sealed record PasskeyChange
{
    /// <summary>What you call it, 1 to 64 visible characters.</summary>
    public string? Name { get; init; }
}

/// <summary>One of one's own passkeys.</summary>
/// <param name="Id">By which it is renamed and removed, <c>pky_…</c>.</param>
/// <param name="Name">What you call it.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="LastUsedAt">When somebody last signed in with it; absent for never.</param>
/// <param name="BackedUp">Whether it is copied to other devices by who made it.</param>
/// <param name="Transports">The ways to its device, as far as the browser knew them.</param>
internal sealed record PasskeyAnswer(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool BackedUp, IReadOnlyList<string> Transports)
{
    /// <summary>The answer of a passkey.</summary>
    public static PasskeyAnswer Of(PasskeyRecord one) => new(one.Id.Value, one.Name, one.CreatedAt, one.LastUsedAt, one.IsBackedUp, PasskeyTransports.FromText(one.Transports));
}

/// <summary>One's own passkeys.</summary>
/// <param name="Data">The passkeys, the first added first.</param>
/// <param name="HasMore">Always false: an account has at most 20.</param>
internal sealed record PasskeyListAnswer(IReadOnlyList<PasskeyAnswer> Data, bool HasMore);

/// <summary>The records of these resources.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PasskeyOptionsAnswer))]
[JsonSerializable(typeof(PasskeySignInRequest))]
[JsonSerializable(typeof(NewPasskeyRequest))]
[JsonSerializable(typeof(PasskeyChange))]
[JsonSerializable(typeof(PasskeyListAnswer))]
internal sealed partial class PasskeysJson : JsonSerializerContext;

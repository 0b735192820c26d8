using System.Text.Json.Serialization;
using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Web;

/// <summary>One of one's own sessions.</summary>
/// <param name="Id">By which it is ended, <c>web_…</c>.</param>
/// <param name="Current">Whether it is the one of this request.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="LastSeenAt">When it was last used, to the minute.</param>
/// <param name="ExpiresAt">When it ends however much it is used.</param>
/// <param name="Address">The IP address of its last use.</param>
/// <param name="UserAgent">What the browser says it is.</param>
internal sealed record WebSessionAnswer(
    string Id, bool Current, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string Address, string UserAgent)
{
    /// <summary>The answer of a session.</summary>
    public static WebSessionAnswer Of(WebSession one, WebSessionId own) =>
        new(one.Id.Value, one.Id == own, one.CreatedAt, one.LastSeenAt, one.ExpiresAt, one.Address, one.UserAgent);
}

/// <summary>One's own sessions.</summary>
/// <param name="Data">The sessions, the one used last first.</param>
/// <param name="HasMore">Always false: an account has at most 50.</param>
internal sealed record WebSessionList(IReadOnlyList<WebSessionAnswer> Data, bool HasMore);

/// <summary>A change of password.</summary>
/// <param name="Current">The password that holds.</param>
/// <param name="Chosen">The one that is to hold.</param>
internal sealed record PasswordRequest(Secret? Current, Secret? Chosen);

/// <summary>Something that needs the password a second time.</summary>
/// <param name="Password">The password.</param>
internal sealed record ConfirmRequest(Secret? Password);

/// <summary>A second factor that waits for its first code.</summary>
/// <param name="Secret">The key for the app, in base 32.</param>
/// <param name="Uri">The same as an address that apps open.</param>
internal sealed record TotpAnswer(Secret Secret, Secret Uri);

/// <summary>Recovery codes, shown once.</summary>
/// <param name="RecoveryCodes">Each stands in once for a code of the app.</param>
internal sealed record RecoveryCodesAnswer(IReadOnlyList<Secret> RecoveryCodes);

/// <summary>The records of these resources.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebSessionList))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(ConfirmRequest))]
[JsonSerializable(typeof(TotpAnswer))]
[JsonSerializable(typeof(RecoveryCodesAnswer))]
internal sealed partial class MyAccessJson : JsonSerializerContext;

using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Accounts;

/// <summary>Log messages of accounts: ids 3100 to 3199.</summary>
internal static partial class AccountsLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The last use of token {TokenId} could not be written: {Reason}")]
    public static partial void LastUseNotWritten(this ILogger logger, TokenId tokenId, string reason);

    [LoggerMessage(3102, LogLevel.Warning, "The last use of web session {SessionId} could not be written: {Reason}")]
    public static partial void SessionUseNotWritten(this ILogger logger, WebSessionId sessionId, string reason);

    [LoggerMessage(3103, LogLevel.Information, "{UserId} signed in from {Address}, web session {SessionId}")]
    public static partial void SignedIn(this ILogger logger, UserId userId, string address, WebSessionId sessionId);

    // Not the address that was typed: people type their password there.
    [LoggerMessage(3104, LogLevel.Information, "A sign-in from {Address} was refused: {Reason}")]
    public static partial void SignInRefused(this ILogger logger, string address, string reason);

    [LoggerMessage(3105, LogLevel.Information, "The password of {UserId} was set from {Address}")]
    public static partial void PasswordSet(this ILogger logger, UserId userId, string address);

    [LoggerMessage(3106, LogLevel.Information, "The second factor of {UserId} was switched {State} from {Address}")]
    public static partial void SecondFactorChanged(this ILogger logger, UserId userId, string state, string address);

    [LoggerMessage(3107, LogLevel.Information, "{UserId} accepted an invitation from {Address}")]
    public static partial void InvitationAccepted(this ILogger logger, UserId userId, string address);

    [LoggerMessage(3113, LogLevel.Information, "{UserId} confirmed an address and has an account, from {Address}")]
    public static partial void RegistrationConfirmed(this ILogger logger, UserId userId, string address);

    [LoggerMessage(3114, LogLevel.Information, "The passkey {PasskeyId} of {UserId} was {Change} from {Address}")]
    public static partial void PasskeyChanged(this ILogger logger, PasskeyId passkeyId, UserId userId, string change, string address);

    [LoggerMessage(3115, LogLevel.Warning, "A passkey of {UserId} answered from {Address} with a counter that is not above its last one: it may be a copy")]
    public static partial void PasskeyCopied(this ILogger logger, UserId userId, string address);

    [LoggerMessage(3108, LogLevel.Information, "{UserId} decided on the device {Machine} from {Address}: approved is {Approved}")]
    public static partial void DeviceDecided(this ILogger logger, UserId userId, string machine, string address, bool approved);

    [LoggerMessage(3109, LogLevel.Information, "The device {Machine} of {UserId} got the token {TokenId}")]
    public static partial void DeviceLoggedIn(this ILogger logger, string machine, UserId userId, TokenId tokenId);

    [LoggerMessage(3110, LogLevel.Error, "A page of the accounts cannot be served: the database says {Reason}")]
    public static partial void DatabaseFailed(this ILogger logger, string reason);

    [LoggerMessage(3112, LogLevel.Warning, "The address of the edge's pages could not be kept for mportd user and mportd invite: {Reason}")]
    public static partial void WebAddressNotWritten(this ILogger logger, string reason);

    [LoggerMessage(3111, LogLevel.Information, "A form from {Address} was refused: it did not come from a page of this edge")]
    public static partial void FormRefused(this ILogger logger, string address);
}

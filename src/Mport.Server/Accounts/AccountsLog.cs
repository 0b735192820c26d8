namespace Mport.Server.Accounts;

/// <summary>Log messages of accounts: ids 3100 to 3199.</summary>
internal static partial class AccountsLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The last use of token {TokenId} could not be written: {Reason}")]
    public static partial void LastUseNotWritten(this ILogger logger, TokenId tokenId, string reason);
}

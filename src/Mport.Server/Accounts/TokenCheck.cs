using Mport.Protocol.Errors;

namespace Mport.Server.Accounts;

/// <summary>The answer to a token: <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
internal abstract record TokenCheck
{
    private TokenCheck()
    {
    }

    /// <summary>The token is good.</summary>
    /// <param name="UserId">Whose it is.</param>
    /// <param name="Email">The account's e-mail address.</param>
    /// <param name="TokenId">The token.</param>
    /// <param name="Scopes">What it allows.</param>
    /// <param name="Role">The account's role.</param>
    internal sealed record Accepted(UserId UserId, string Email, TokenId TokenId, TokenScopes Scopes, UserRole Role) : TokenCheck
    {
        /// <summary>What it is bound to.</summary>
        public TokenLimits Limits { get; init; } = TokenLimits.None;
    }

    /// <summary>The token is not good.</summary>
    /// <param name="Why">What its bearer is told.</param>
    internal sealed record Refused(ErrorDescription Why) : TokenCheck;
}

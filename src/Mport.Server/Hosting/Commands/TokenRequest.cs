using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Hosting.Settings;

namespace Mport.Server.Hosting.Commands;

/// <summary>What was typed after <c>mportd token create</c>.</summary>
/// <param name="User">The account's e-mail address.</param>
/// <param name="Name">What the token is to be called.</param>
/// <param name="Scopes">The names of its scopes; none for the default.</param>
/// <param name="Expires">How long it is to work; null for ever.</param>
internal sealed record TokenRequest(string User, string Name, IReadOnlyList<string> Scopes, string? Expires)
{
    /// <summary>Reads the values; the token's account is left to be looked up.</summary>
    /// <returns>What is wrong, or null.</returns>
    public Failure? Check(DateTimeOffset now, out EmailAddress email, out NewToken token)
    {
        token = new NewToken { UserId = default, Name = default };
        if (!EmailAddress.TryParse(User, out email))
        {
            return Wrong($"--user: \"{User}\" is not an e-mail address.");
        }

        if (!TokenName.TryParse(Name, out var name))
        {
            return Wrong($"--name: a token's name has 1 to {TokenName.MaxLength} visible characters, and no blanks at its ends.");
        }

        var scopes = Scopes.Count == 0 ? TokenScopes.Default : TokenScopes.None;
        foreach (var text in Scopes)
        {
            if (TokenScopeNames.Parse(text) is not { } scope)
            {
                return Wrong($"--scope: \"{text}\" is not a scope. The scopes are {string.Join(", ", TokenScopeNames.All)}.");
            }

            scopes |= scope;
        }

        DateTimeOffset? end = null;
        if (Expires is not null)
        {
            if (!Duration.TryParse(Expires, out var life) || life == TimeSpan.Zero)
            {
                return Wrong($"--expires: \"{Expires}\" is not a time such as 12h or 90d, at most {Duration.Longest.TotalDays:0}d.");
            }

            end = now + life;
        }

        token = new NewToken { UserId = default, Name = name, Scopes = scopes, ExpiresAt = end };
        return null;
    }

    private static Failure Wrong(string what) => Failure.Of(AccountErrors.AccountFieldInvalid, what);
}

using Mport.Server.Api;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Accounts;

/// <summary>What a caller may ask for in a new token: well formed, and never more than it has itself. Pure.</summary>
internal static class NewTokenRules
{
    /// <summary>The token to be made, or what is wrong with the wish.</summary>
    public static (NewToken? Token, IReadOnlyList<FieldError> Errors) Read(NewTokenBody body, ApiCaller caller, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (!TokenName.TryParse(body.Name, out var name))
        {
            errors.Add(new FieldError("/name", "It must have 1 to 64 visible characters, without blanks at the ends."));
        }

        var scopes = ReadScopes(body, caller, errors);
        var limits = ReadLimits(body, caller, now, errors);
        if (errors.Count == 0 && limits.Exceeds(caller.Limits) is { } member)
        {
            errors.Add(new FieldError("/" + member, "It must not allow more than the token in use."));
        }

        return errors.Count == 0 ? (new NewToken { UserId = caller.UserId, Name = name, Scopes = scopes, Limits = limits }, errors) : (null, errors);
    }

    private static TokenScopes ReadScopes(NewTokenBody body, ApiCaller caller, List<FieldError> errors)
    {
        if (body.Scopes is null)
        {
            return TokenScopes.Default & caller.Scopes;
        }

        var scopes = TokenScopes.None;
        for (var i = 0; i < body.Scopes.Count && errors.Count < 20; i++)
        {
            if (TokenScopeNames.Parse(body.Scopes[i] ?? "") is not { } scope)
            {
                errors.Add(new FieldError($"/scopes/{i}", $"It must be one of {string.Join(", ", TokenScopeNames.All)}."));
            }
            else if ((scope & ~caller.Scopes) != TokenScopes.None)
            {
                errors.Add(new FieldError($"/scopes/{i}", "Your own credentials do not allow it."));
            }
            else
            {
                scopes |= scope;
            }
        }

        if (scopes == TokenScopes.None && errors.Count == 0)
        {
            errors.Add(new FieldError("/scopes", "It must name one at least."));
        }

        return scopes;
    }

    private static TokenLimits ReadLimits(NewTokenBody body, ApiCaller caller, DateTimeOffset now, List<FieldError> errors)
    {
        var networks = caller.Limits.Networks;
        if (body.Networks is { Count: > 0 } given && (given.Count > IpNetworks.Most || !IpNetworks.TryParse(string.Join(',', given), out networks, out _)))
        {
            errors.Add(new FieldError("/networks", $"It must be at most {IpNetworks.Most} networks such as 10.0.0.0/8 or 2001:db8::/32, or single addresses."));
        }

        var names = caller.Limits.Names;
        if (body.Names is { Count: > 0 } patterns && !NamePatterns.TryParse(patterns, out names, out var fault))
        {
            errors.Add(new FieldError("/names", fault));
        }

        if (body.ExpiresAt <= now)
        {
            errors.Add(new FieldError("/expires_at", "It must be in the future."));
        }

        return new TokenLimits { Networks = networks ?? IpNetworks.None, Names = names, ExpiresAt = body.ExpiresAt?.ToUniversalTime() ?? caller.Limits.ExpiresAt };
    }
}

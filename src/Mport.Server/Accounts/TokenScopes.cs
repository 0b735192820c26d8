namespace Mport.Server.Accounts;

/// <summary>What a token allows its bearer to do.</summary>
[Flags]
internal enum TokenScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>tunnels:read</c>: list the account's tunnels.</summary>
    TunnelsRead = 1,

    /// <summary><c>tunnels:write</c>: make, change and delete the account's tunnels.</summary>
    TunnelsWrite = 2,

    /// <summary><c>tunnels:host</c>: connect as a client and serve tunnels.</summary>
    TunnelsHost = 4,

    /// <summary><c>usage:read</c>: read the account's usage.</summary>
    UsageRead = 8,

    /// <summary><c>users:admin</c>: manage accounts.</summary>
    UsersAdmin = 16,

    /// <summary><c>server:admin</c>: manage the edge.</summary>
    ServerAdmin = 32,

    /// <summary><c>tokens:read</c>: list the account's tokens.</summary>
    TokensRead = 64,

    /// <summary><c>tokens:write</c>: make tokens that may no more than the one in use, rename, rotate and revoke them.</summary>
    TokensWrite = 128,

    /// <summary><c>teams:read</c>: see the account's teams and their members.</summary>
    TeamsRead = 256,

    /// <summary><c>teams:write</c>: make teams, and manage those that the account is a manager of.</summary>
    TeamsWrite = 512,

    /// <summary>What a token has when no scope is named: everything of one's own, nothing of others.</summary>
    Default = TunnelsRead | TunnelsWrite | TunnelsHost | UsageRead | TokensRead | TokensWrite | TeamsRead | TeamsWrite,

    /// <summary>Everything.</summary>
    All = Default | UsersAdmin | ServerAdmin,
}

/// <summary>The scopes as users and the database write them: names with a space between.</summary>
internal static class TokenScopeNames
{
    private static readonly (TokenScopes Scope, string Name)[] _names =
    [
        (TokenScopes.TunnelsRead, "tunnels:read"),
        (TokenScopes.TunnelsWrite, "tunnels:write"),
        (TokenScopes.TunnelsHost, "tunnels:host"),
        (TokenScopes.UsageRead, "usage:read"),
        (TokenScopes.TokensRead, "tokens:read"),
        (TokenScopes.TokensWrite, "tokens:write"),
        (TokenScopes.TeamsRead, "teams:read"),
        (TokenScopes.TeamsWrite, "teams:write"),
        (TokenScopes.UsersAdmin, "users:admin"),
        (TokenScopes.ServerAdmin, "server:admin"),
    ];

    /// <summary>All names, in their order.</summary>
    public static IEnumerable<string> All => _names.Select(pair => pair.Name);

    /// <summary>The names of the scopes in the set.</summary>
    public static string[] ToNames(this TokenScopes scopes) => [.. _names.Where(pair => scopes.HasFlag(pair.Scope)).Select(pair => pair.Name)];

    /// <summary>The scope of this name, or null.</summary>
    public static TokenScopes? Parse(string name)
    {
        foreach (var (scope, known) in _names)
        {
            if (known == name)
            {
                return scope;
            }
        }

        return null;
    }

    /// <summary>The names with a space between.</summary>
    public static string ToText(TokenScopes scopes) => string.Join(' ', scopes.ToNames());

    /// <summary>Reads what <see cref="ToText"/> writes. A name that this version does not know grants nothing.</summary>
    public static TokenScopes FromText(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(TokenScopes.None, (sum, name) => sum | (Parse(name) ?? TokenScopes.None));
}

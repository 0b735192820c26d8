using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary>
/// Whose events, usage and quotas a caller sees: its own; an auditor, and an administrator with the scope server:admin, those of another account, or of all.
/// </summary>
/// <param name="AccountId">The account; null for all.</param>
/// <param name="Problem">Why it sees none.</param>
internal readonly record struct LedgerView(UserId? AccountId, ApiProblem? Problem)
{
    /// <summary>What stands for all accounts.</summary>
    public const string All = "all";

    /// <summary>The view that the parameter <c>account</c> asks for.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="account">Absent for the caller's own, an id, or <c>all</c>.</param>
    public static LedgerView Of(ApiCaller caller, string? account)
    {
        if (account is null || account == caller.UserId.Value)
        {
            return new(caller.UserId, null);
        }

        if (!SeesAll(caller))
        {
            // The same whether there is such an account or not (SEC-40).
            return new(null, ApiProblem.NotFound);
        }

        if (account == All)
        {
            return new(null, null);
        }

        const string Detail = "It must be an account's id, usr_…, or all.";
        return account.StartsWith(UserId.Prefix, StringComparison.Ordinal)
            ? new(new UserId(account), null)
            : new(null, ApiProblem.Of(StatusCodes.Status400BadRequest, ApiErrors.RequestInvalid, "?account: " + Detail) with { Errors = [new FieldError("?account", Detail)] });
    }

    /// <summary>Whether the caller may see what is others'.</summary>
    public static bool SeesAll(ApiCaller caller) => caller.Role is UserRole.Auditor || (caller.IsAdmin && caller.Scopes.HasFlag(TokenScopes.ServerAdmin));
}

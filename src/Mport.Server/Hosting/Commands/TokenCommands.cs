using System.CommandLine;
using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Events;
using Mport.Server.Quotas;
using Mport.Server.Hosting.Settings;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd token create | list | revoke</c>.</summary>
internal static class TokenCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("token", "Manage access tokens.")
    {
        BuildCreate(frame),
        BuildList(frame),
        BuildRevoke(frame),
    };

    private static Command BuildCreate(CommandFrame frame)
    {
        var user = new Option<string>("--user") { Description = "The account's e-mail address.", HelpName = "EMAIL", Required = true };
        var name = new Option<string>("--name") { Description = "What to call the token, for example the machine that will use it.", HelpName = "NAME", Required = true };
        var scope = new Option<string[]>("--scope")
        {
            Description = $"What it allows; may be given several times. One of {string.Join(' ', TokenScopeNames.All)}. "
                + $"[default: {TokenScopeNames.ToText(TokenScopes.Default)}]",
            HelpName = "S",
        };
        var expires = new Option<string>("--expires") { Description = "When it stops working: 12h or 90d from now. [default: never]", HelpName = "TIME" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object with the token." };
        var create = new Command("create", "Make a token. It is printed once, alone on standard output, and kept nowhere.") { user, name, scope, expires, json };
        frame.Handle(create, async (call, cancellationToken) =>
        {
            var request = new TokenRequest(
                call.Typed.GetRequiredValue(user), call.Typed.GetRequiredValue(name), call.Typed.GetValue(scope) ?? [], call.Typed.GetValue(expires));
            return await CreateAsync(call, request, call.Typed.GetValue(json), cancellationToken);
        });
        return create;
    }

    private static async Task<int> CreateAsync(CommandCall call, TokenRequest request, bool json, CancellationToken cancellationToken)
    {
        if (request.Check(call.Environment.Time.GetUtcNow(), out var email, out var token) is { } wrong)
        {
            return call.Fail(wrong);
        }

        using var data = await CommandData.OpenAsync(call, cancellationToken);
        if (await data.Users.FindAsync(email, cancellationToken) is not { } user)
        {
            return call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {email}."));
        }

        if (user.DisabledAt is not null)
        {
            return call.Fail(new Failure(AccountErrors.AccountDisabled.Code, $"The account {email} is disabled. Enable it first: mportd user enable {email}"));
        }

        token = token with { UserId = user.Id };
        var issued = await data.Tokens.CreateAsync(token, cancellationToken);
        await data.RecordAsync(
            ChangeEvents.Of(
                EventKinds.TokenCreated,
                CommandData.Actor,
                user.Id,
                EventSubject.Of(issued.Id, token.Name.Value),
                ("name", null, token.Name.Value), ("scopes", null, TokenScopeNames.ToText(token.Scopes)), ("expires_at", null, token.ExpiresAt?.ToString("O", CultureInfo.InvariantCulture))),
            cancellationToken);
        if (json)
        {
            var line = new TokenLine(issued.Id.Value, user.Email, token.Name.Value, token.Scopes.ToNames()) { Token = issued.Token.Reveal(), ExpiresAt = token.ExpiresAt };
            call.PrintJson(line, CommandJson.Default.TokenLine);
            return ExitCode.Ok;
        }

        call.Print(issued.Token.Reveal());
        call.Remark($"This is {issued.Id} ({token.Name}) of {user.Email}. It is shown only now; keep it like a password.");
        call.Remark($"On the client: {LoginLine(call)}");
        return ExitCode.Ok;
    }

    private static Command BuildList(CommandFrame frame)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var list = new Command("list", "List the tokens, without the tokens themselves.") { json };
        frame.Handle(list, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var tokens = await data.Tokens.ListAsync(cancellationToken);
            if (call.Typed.GetValue(json))
            {
                foreach (var token in tokens)
                {
                    call.PrintJson(TokenLine.Of(token), CommandJson.Default.TokenLine);
                }

                return ExitCode.Ok;
            }

            var now = call.Environment.Time.GetUtcNow();
            PlainTable.Print(call, [["ID", "ACCOUNT", "NAME", "STATE", "EXPIRES", "LAST USED", "FROM", "SCOPES"], .. tokens.Select(token => Row(token, now))]);
            return ExitCode.Ok;
        });
        return list;
    }

    private static Command BuildRevoke(CommandFrame frame)
    {
        var id = new Argument<string>("ID") { Description = "The token's id, key_…, as `mportd token list` shows it." };
        var revoke = new Command("revoke", "Revoke a token: its sessions end within 2 seconds.") { id };
        frame.Handle(revoke, async (call, cancellationToken) =>
        {
            var token = new TokenId(call.Typed.GetRequiredValue(id));
            if (token.Value.StartsWith(AccessToken.Prefix, StringComparison.Ordinal) && AccessToken.TryGetKeyId(new Secret(token.Value), out var keyId))
            {
                // Somebody who wants to revoke a leaked token has the token at hand, not its id.
                token = new TokenId(TokenId.Prefix + keyId);
            }

            using var data = await CommandData.OpenAsync(call, cancellationToken);
            if (!await data.Tokens.RevokeAsync(token, cancellationToken))
            {
                return call.Fail(Failure.Of(AccountErrors.TokenIdUnknown, "No token has this id."));
            }

            var owner = await data.Quotas.FindOwnerAsync(QuotaSubject.Of(token), cancellationToken);
            await data.RecordAsync(ChangeEvents.Of(EventKinds.TokenRevoked, CommandData.Actor, owner, EventSubject.Of(token)), cancellationToken);
            call.Print($"{token} is revoked");
            return ExitCode.Ok;
        });
        return revoke;
    }

    private static string LoginLine(CommandCall call)
    {
        var pin = "";
        if (EdgeCertificate.Exists(call.Settings))
        {
            using var certificate = EdgeCertificate.Load(call.Settings, call.Environment.Time);
            pin = certificate.NeedsPin ? $" --pin {certificate.Pin}" : "";
        }

        var port = call.Settings.TlsPort == 0 ? "PORT" : $"{call.Settings.TlsPort}";
        return $"mport login {call.Settings.Domain}:{port} --token TOKEN{pin}";
    }

    private static string[] Row(TokenRecord token, DateTimeOffset now) =>
    [
        token.Id.Value,
        token.Email,
        token.Name,
        token.RevokedAt is not null ? "revoked" : token.ExpiresAt <= now ? "expired" : "valid",
        PlainTable.Cell(token.ExpiresAt),
        PlainTable.Cell(token.LastUsedAt),
        token.LastUsedAddress ?? "-",
        string.Join(',', token.Scopes.ToNames()),
    ];
}

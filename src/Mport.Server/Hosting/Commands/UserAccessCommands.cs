using System.CommandLine;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Links;
using Mport.Server.Events;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd user setup-link | reset-password | reset-totp | role</c>: how people get in and what they may do.</summary>
internal static class UserAccessCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> Build(CommandFrame frame) =>
    [
        BuildLink(frame, "setup-link", "Print a one-time link, good for an hour, with which the account sets its first password."),
        BuildLink(frame, "reset-password", "Print a one-time link, good for an hour, with which the account sets another password. The old one works until then."),
        BuildResetTotp(frame),
        BuildRole(frame),
    ];

    private static Command BuildLink(CommandFrame frame, string name, string description)
    {
        var (email, json) = (Email(), new Option<bool>("--json") { Description = "Print one JSON object." });
        var command = new Command(name, description) { email, json };
        HandleEmail(frame, command, email, async (call, data, address, cancellationToken) =>
        {
            if (await data.Accounts.Links.CreateAsync(address, cancellationToken) is not { } secret)
            {
                return call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No enabled account has the address {address}."));
            }

            if (await data.Users.FindAsync(address, cancellationToken) is { } user)
            {
                await data.RecordAsync(ChangeEvents.Of(EventKinds.PasswordLinkCreated, CommandData.Actor, user.Id, EventSubject.Of(user.Id, user.Email)), cancellationToken);
            }

            var link = CommandLinks.Of(call).Password(secret).Reveal();
            var expires = call.Environment.Time.GetUtcNow() + LinkStore.Lifetime;
            if (call.Typed.GetValue(json))
            {
                call.PrintJson(new LinkLine(address.Value, link, expires), CommandJson.Default.LinkLine);
                return ExitCode.Ok;
            }

            call.Print(link);
            call.Remark($"Give it to {address} and nobody else: it works once, until {PlainTable.Cell(expires)}. Setting the password ends the account's web sessions.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command BuildResetTotp(CommandFrame frame)
    {
        var email = Email();
        var command = new Command("reset-totp", "Switch an account's second factor off, for who has lost it. Its web sessions end.") { email };
        HandleEmail(frame, command, email, async (call, data, address, cancellationToken) =>
        {
            if (await data.Accounts.Credentials.FindAsync(address, cancellationToken) is not { } account)
            {
                return call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {address}."));
            }

            await data.Accounts.Credentials.DisableTotpAsync(account.Id, cancellationToken);
            await data.RecordAsync(ChangeEvents.Of(EventKinds.TotpDisabled, CommandData.Actor, account.Id, EventSubject.Of(account.Id, account.Email)), cancellationToken);
            call.Print($"{address} signs in with the password alone");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command BuildRole(CommandFrame frame)
    {
        var email = Email();
        var role = new Argument<string>("ROLE") { Description = $"One of {string.Join(", ", UserRoles.Given)}." };
        var command = new Command("role", "Give an account another role. Its web sessions end; what its tokens allow changes at once.") { email, role };
        HandleEmail(frame, command, email, async (call, data, address, cancellationToken) =>
        {
            if (UserRoles.ParseGiven(call.Typed.GetRequiredValue(role)) is not { } given)
            {
                return call.Fail(UnknownRole(call.Typed.GetRequiredValue(role)));
            }

            if (await data.Users.FindAsync(address, cancellationToken) is not { } user)
            {
                return call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {address}."));
            }

            if (!await data.Users.SetRoleAsync(address, given, cancellationToken))
            {
                return call.Fail(new Failure(AccountErrors.RoleForbids.Code, $"{user.Email} is the owner of the edge and stays so."));
            }

            await data.RecordAsync(
                ChangeEvents.Of(EventKinds.UserChanged, CommandData.Actor, user.Id, EventSubject.Of(user.Id, user.Email), ("role", user.Role.ToText(), given.ToText())), cancellationToken);
            call.Print($"{address} has the role {given.ToText()}");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The failure for a role that does not exist or cannot be given.</summary>
    public static Failure UnknownRole(string text) =>
        Failure.Of(AccountErrors.AccountFieldInvalid, $"\"{text}\" is not a role. The roles are {string.Join(", ", UserRoles.Given)}.");

    private static Argument<string> Email() => new("EMAIL") { Description = "The account's e-mail address." };

    private static void HandleEmail(
        CommandFrame frame, Command command, Argument<string> email, Func<CommandCall, CommandData, EmailAddress, CancellationToken, Task<int>> action) =>
        frame.Handle(command, async (call, cancellationToken) =>
        {
            if (!EmailAddress.TryParse(call.Typed.GetRequiredValue(email), out var address))
            {
                return call.Fail(UserCommands.InvalidEmail(call.Typed.GetRequiredValue(email)));
            }

            using var data = await CommandData.OpenAsync(call, cancellationToken);
            return await action(call, data, address, cancellationToken);
        });
}

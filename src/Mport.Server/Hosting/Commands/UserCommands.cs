using System.CommandLine;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Events;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd user add | list | disable | enable</c>; <see cref="UserAccessCommands"/>, <see cref="UserPasskeyCommands"/> and <see cref="UserRemoveCommand"/> have the others.</summary>
internal static class UserCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame)
    {
        var user = new Command("user", "Manage accounts.")
        {
            BuildAdd(frame),
            BuildList(frame),
            BuildSwitch(frame, "disable", "Disable an account: its sessions end and its tokens stop working.", enabled: false),
            BuildSwitch(frame, "enable", "Enable a disabled account again.", enabled: true),
            UserRemoveCommand.Build(frame),
        };
        foreach (var command in UserAccessCommands.Build(frame).Concat(UserPasskeyCommands.Build(frame)))
        {
            user.Subcommands.Add(command);
        }

        return user;
    }

    private static Command BuildAdd(CommandFrame frame)
    {
        var email = new Argument<string>("EMAIL") { Description = "The account's e-mail address, its login name." };
        var admin = new Option<bool>("--admin") { Description = "May manage accounts and the edge; short for --role admin." };
        var role = new Option<string>("--role") { Description = $"One of {string.Join(", ", UserRoles.Given)}. [default: member]", HelpName = "R" };
        var password = new Option<bool>("--password-stdin") { Description = "Read the password from the first line of standard input; else the account has none." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var add = new Command("add", "Add an account.") { email, admin, role, password, json };
        frame.Handle(add, async (call, cancellationToken) =>
        {
            if (!EmailAddress.TryParse(call.Typed.GetRequiredValue(email), out var address))
            {
                return call.Fail(InvalidEmail(call.Typed.GetRequiredValue(email)));
            }

            if (UserRoles.ParseGiven(call.Typed.GetValue(role) ?? (call.Typed.GetValue(admin) ? "admin" : "member")) is not { } given)
            {
                return call.Fail(UserAccessCommands.UnknownRole(call.Typed.GetValue(role) ?? ""));
            }

            string? hash = null;
            if (call.Typed.GetValue(password))
            {
                var chosen = new Secret(await call.Environment.Input.ReadLineAsync(cancellationToken) ?? "");
                if (PasswordRules.Check(chosen, address) is { } unfit)
                {
                    return call.Fail(unfit);
                }

                hash = new PasswordHasher().Hash(chosen);
            }

            using var data = await CommandData.OpenOrCreateAsync(call, cancellationToken);
            var user = new NewUser { Email = address, IsAdmin = given is UserRole.Admin, IsAuditor = given is UserRole.Auditor, PasswordHash = hash };
            if (await data.Users.AddAsync(user, cancellationToken) is not { } added)
            {
                return call.Fail(Failure.Of(AccountErrors.AccountExists, $"The account {address} exists already."));
            }

            await data.RecordAsync(
                ChangeEvents.Of(EventKinds.UserAdded, CommandData.Actor, added.Id, EventSubject.Of(added.Id, added.Email), ("email", null, added.Email), ("role", null, given.ToText())), cancellationToken);
            if (call.Typed.GetValue(json))
            {
                call.PrintJson(UserLine.Of(added), CommandJson.Default.UserLine);
            }
            else
            {
                call.Print($"{added.Id}  {added.Email}");
                call.Remark($"Give it a token: mportd token create --user {added.Email} --name NAME");
            }

            return ExitCode.Ok;
        });
        return add;
    }

    private static Command BuildList(CommandFrame frame)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var list = new Command("list", "List the accounts.") { json };
        frame.Handle(list, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var users = await data.Users.ListAsync(cancellationToken);
            if (call.Typed.GetValue(json))
            {
                foreach (var user in users)
                {
                    call.PrintJson(UserLine.Of(user), CommandJson.Default.UserLine);
                }

                return ExitCode.Ok;
            }

            PlainTable.Print(call, [["ID", "EMAIL", "ROLE", "STATE", "CREATED"], .. users.Select(Row)]);
            return ExitCode.Ok;
        });
        return list;
    }

    private static Command BuildSwitch(CommandFrame frame, string name, string description, bool enabled)
    {
        var email = new Argument<string>("EMAIL") { Description = "The account's e-mail address." };
        var command = new Command(name, description) { email };
        frame.Handle(command, async (call, cancellationToken) =>
        {
            if (!EmailAddress.TryParse(call.Typed.GetRequiredValue(email), out var address))
            {
                return call.Fail(InvalidEmail(call.Typed.GetRequiredValue(email)));
            }

            using var data = await CommandData.OpenAsync(call, cancellationToken);
            if (!await data.Users.SetEnabledAsync(address, enabled, cancellationToken))
            {
                return call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {address}."));
            }

            if (await data.Users.FindAsync(address, cancellationToken) is { } user)
            {
                var kind = enabled ? EventKinds.UserEnabled : EventKinds.UserDisabled;
                await data.RecordAsync(ChangeEvents.Of(kind, CommandData.Actor, user.Id, EventSubject.Of(user.Id, user.Email)), cancellationToken);
            }

            call.Print($"{address} is {(enabled ? "enabled" : "disabled")}");
            if (!enabled && (await data.Users.CountAsync(cancellationToken)).Enabled == 0)
            {
                call.Remark("Warning: no account is enabled now. The edge will not start until one is.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The failure for what is no address.</summary>
    public static Failure InvalidEmail(string text) =>
        Failure.Of(AccountErrors.AccountFieldInvalid, $"\"{text}\" is not an e-mail address of the form name@host in plain ASCII.");

    private static string[] Row(UserRecord user) =>
    [
        user.Id.Value,
        user.Email,
        user.Role.ToText(),
        user.DisabledAt is null ? "enabled" : "disabled",
        PlainTable.Cell(user.CreatedAt),
    ];
}

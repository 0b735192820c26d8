using System.CommandLine;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Events;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd user passkeys | reset-passkeys</c>: for who has lost a device.</summary>
internal static class UserPasskeyCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> Build(CommandFrame frame) => [BuildList(frame), BuildReset(frame)];

    private static Command BuildList(CommandFrame frame)
    {
        var (email, json) = (Email(), new Option<bool>("--json") { Description = "Print one JSON object a line." });
        var command = new Command("passkeys", "List an account's passkeys.") { email, json };
        Handle(frame, command, email, async (call, data, user, cancellationToken) =>
        {
            var all = await data.Accounts.Passkeys.ListAsync(user.Id, cancellationToken);
            if (call.Typed.GetValue(json))
            {
                foreach (var one in all)
                {
                    call.PrintJson(new PasskeyLine(one.Id.Value, user.Email, one.Name, one.CreatedAt) { LastUsedAt = one.LastUsedAt }, CommandJson.Default.PasskeyLine);
                }

                return ExitCode.Ok;
            }

            PlainTable.Print(call, [["ID", "NAME", "CREATED", "LAST USED"], .. all.Select(one => new[] { one.Id.Value, one.Name, PlainTable.Cell(one.CreatedAt), PlainTable.Cell(one.LastUsedAt) })]);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command BuildReset(CommandFrame frame)
    {
        var (email, id) = (Email(), new Option<string>("--id") { Description = "Only this one, pky_…; else all of the account.", HelpName = "ID" });
        var command = new Command("reset-passkeys", "Remove an account's passkeys, for who has lost the device. Its web sessions end; the password stays.") { email, id };
        Handle(frame, command, email, async (call, data, user, cancellationToken) =>
        {
            var wanted = call.Typed.GetValue(id);
            var all = (await data.Accounts.Passkeys.ListAsync(user.Id, cancellationToken)).Where(one => wanted is null || one.Id.Value == wanted).ToList();
            if (wanted is not null && all.Count == 0)
            {
                return call.Fail(Failure.Of(AccountErrors.AccountFieldInvalid, $"{user.Email} has no passkey {wanted}."));
            }

            foreach (var one in all)
            {
                if (await data.Accounts.Passkeys.RemoveAsync(user.Id, one.Id, cancellationToken))
                {
                    await data.RecordAsync(
                        ChangeEvents.Of(EventKinds.PasskeyRemoved, CommandData.Actor, user.Id, EventSubject.Of(one.Id, one.Name), ("name", one.Name, null)), cancellationToken);
                    call.Print($"{one.Id}  {one.Name}");
                }
            }

            call.Remark($"{all.Count} passkeys of {user.Email} removed; the account signs in with its password.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "The account's e-mail address." };

    private static void Handle(CommandFrame frame, Command command, Argument<string> email, Func<CommandCall, CommandData, UserRecord, CancellationToken, Task<int>> action) =>
        frame.Handle(command, async (call, cancellationToken) =>
        {
            if (!EmailAddress.TryParse(call.Typed.GetRequiredValue(email), out var address))
            {
                return call.Fail(UserCommands.InvalidEmail(call.Typed.GetRequiredValue(email)));
            }

            using var data = await CommandData.OpenAsync(call, cancellationToken);
            return await data.Users.FindAsync(address, cancellationToken) is { } user
                ? await action(call, data, user, cancellationToken)
                : call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {address}."));
        });
}

/// <summary>A passkey as <c>--json</c> prints it.</summary>
internal sealed record PasskeyLine(string Id, string Email, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>When somebody last signed in with it; absent for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

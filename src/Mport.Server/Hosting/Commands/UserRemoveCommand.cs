using System.CommandLine;
using System.Diagnostics;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd user remove</c>.</summary>
internal static class UserRemoveCommand
{
    /// <summary>The command.</summary>
    public static Command Build(CommandFrame frame)
    {
        var email = new Argument<string>("EMAIL") { Description = "The account's e-mail address." };
        var heir = new Option<string>("--transfer-to") { Description = "The account that gets its tunnels and reservations; else they are given up.", HelpName = "EMAIL" };
        var command = new Command("remove", "Delete an account with all its tokens; its sessions end within 2 seconds. Events and usage stay.") { email, heir };
        frame.Handle(command, async (call, cancellationToken) =>
        {
            var written = call.Typed.GetRequiredValue(email);
            if (!EmailAddress.TryParse(written, out var address))
            {
                return call.Fail(UserCommands.InvalidEmail(written));
            }

            EmailAddress? to = null;
            if (call.Typed.GetValue(heir) is { } text)
            {
                if (!EmailAddress.TryParse(text, out var parsed))
                {
                    return call.Fail(UserCommands.InvalidEmail(text));
                }

                to = parsed;
            }

            using var data = await CommandData.OpenAsync(call, cancellationToken);
            return await RemoveAsync(call, data, address, to, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RemoveAsync(CommandCall call, CommandData data, EmailAddress address, EmailAddress? to, CancellationToken cancellationToken)
    {
        if (await data.Users.FindAsync(address, cancellationToken) is not { } user)
        {
            return call.Fail(Unknown(address));
        }

        var heir = to is { } written ? await data.Users.FindAsync(written, cancellationToken) : null;
        if (to is { } missing && heir is null)
        {
            return call.Fail(Unknown(missing));
        }

        switch (await data.Removal.RemoveAsync(user.Id, heir?.Id, cancellationToken))
        {
            case RemovalResult.Removed { Account: var removed }:
                await data.RecordAsync(RemovalEvents.Of(CommandData.Actor, removed), cancellationToken);
                call.Print($"{removed.Email} is deleted");
                var what = $"{removed.Tunnels.Count} tunnels and {removed.Reservations.Count} reservations";
                call.Remark(heir is null ? $"Its {what} are given up; no other account gets their addresses for a while." : $"Its {what} belong to {heir.Email} now.");
                return ExitCode.Ok;
            case RemovalResult.Unknown:
                return call.Fail(Unknown(address));
            case RemovalResult.IsOwner:
                return call.Fail(new Failure(AccountErrors.RoleForbids.Code, $"{user.Email} is the owner of the edge and stays so."));
            case RemovalResult.HeirUnfit:
                return call.Fail(Failure.Of(UsageErrors.InvalidArgument, "--transfer-to must be another account, one that is enabled."));
            default:
                throw new UnreachableException();
        }
    }

    private static Failure Unknown(EmailAddress address) => Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {address}.");
}

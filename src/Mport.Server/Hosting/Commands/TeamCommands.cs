using System.CommandLine;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Events;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd team list | add | rename | remove</c>, and <c>team member</c>.</summary>
internal static class TeamCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("team", "Manage teams: accounts that have tunnels together.")
    {
        BuildList(frame),
        BuildAdd(frame),
        BuildRename(frame),
        BuildRemove(frame),
        TeamMemberCommands.Build(frame),
    };

    /// <summary>The team that a command is about.</summary>
    public static Argument<string> Team() => new("TEAM") { Description = "The team's name or id." };

    /// <summary>Runs a command about a team, or says that there is none.</summary>
    public static void HandleTeam(CommandFrame frame, Command command, Argument<string> team, Func<CommandCall, CommandData, TeamRecord, CancellationToken, Task<int>> action) =>
        frame.Handle(command, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var text = call.Typed.GetRequiredValue(team);
            var known = TeamId.Parse(text) is { } id ? await data.Accounts.Teams.FindAsync(caller: null, id, cancellationToken) : await data.Accounts.Teams.FindAsync(caller: null, text, cancellationToken);
            return known is null ? call.Fail(Failure.Of(TeamErrors.TeamUnknown, $"No team has the name or id {text}.")) : await action(call, data, known, cancellationToken);
        });

    /// <summary>Writes to the event log what was done to a team.</summary>
    public static Task RecordAsync(CommandData data, EventKind kind, UserId? account, TeamId id, string name, params (string Name, string? Before, string? After)[] changes) =>
        data.RecordAsync(ChangeEvents.Of(kind, CommandData.Actor, account, EventSubject.Of(id, name), changes), CancellationToken.None);

    /// <summary>The account of an address, or null after the failure was told.</summary>
    public static async Task<(UserRecord? User, int Failed)> FindUserAsync(CommandCall call, CommandData data, string text, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse(text, out var address))
        {
            return (null, call.Fail(UserCommands.InvalidEmail(text)));
        }

        return await data.Users.FindAsync(address, cancellationToken) is { } user
            ? (user, ExitCode.Ok)
            : (null, call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {address}.")));
    }

    private static Command BuildList(CommandFrame frame)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var list = new Command("list", "List all teams.") { json };
        frame.Handle(list, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var teams = await data.Accounts.Teams.ListAllAsync(cancellationToken);
            if (call.Typed.GetValue(json))
            {
                foreach (var one in teams)
                {
                    call.PrintJson(TeamLine.Of(one), CommandJson.Default.TeamLine);
                }

                return ExitCode.Ok;
            }

            PlainTable.Print(call, [["ID", "NAME", "MEMBERS", "TUNNELS", "CREATED"], .. teams.Select(Row)]);
            return ExitCode.Ok;
        });
        return list;
    }

    private static Command BuildAdd(CommandFrame frame)
    {
        var name = new Argument<string>("NAME") { Description = "The name: 1 to 63 of a-z, 0-9 and hyphen." };
        var manager = new Option<string>("--manager") { Description = "The e-mail address of the account that manages it.", HelpName = "EMAIL", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var add = new Command("add", "Make a team.") { name, manager, json };
        frame.Handle(add, async (call, cancellationToken) =>
        {
            var wanted = call.Typed.GetRequiredValue(name);
            if (!DomainName.IsLabel(wanted))
            {
                return call.Fail(BadName(wanted));
            }

            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var (user, failed) = await FindUserAsync(call, data, call.Typed.GetRequiredValue(manager), cancellationToken);
            if (user is null)
            {
                return failed;
            }

            var (made, refused) = await data.Accounts.Teams.CreateAsync(wanted, user.Id, most: int.MaxValue, cancellationToken);
            if (made is null)
            {
                return call.Fail(refused ?? Failure.Of(TeamErrors.TeamUnknown));
            }

            await RecordAsync(data, EventKinds.TeamCreated, user.Id, made.Id, made.Name, ("name", null, made.Name));
            if (call.Typed.GetValue(json))
            {
                call.PrintJson(TeamLine.Of(made), CommandJson.Default.TeamLine);
                return ExitCode.Ok;
            }

            call.Print($"{made.Id} {made.Name}, managed by {user.Email}");
            return ExitCode.Ok;
        });
        return add;
    }

    private static Command BuildRename(CommandFrame frame)
    {
        var (team, name) = (Team(), new Argument<string>("NAME") { Description = "The new name." });
        var rename = new Command("rename", "Give a team another name; clients that open its tunnels give the new one from then on.") { team, name };
        HandleTeam(frame, rename, team, async (call, data, known, cancellationToken) =>
        {
            var wanted = call.Typed.GetRequiredValue(name);
            if (!DomainName.IsLabel(wanted))
            {
                return call.Fail(BadName(wanted));
            }

            if (await data.Accounts.Teams.RenameAsync(by: null, known, wanted, cancellationToken) is { } refused)
            {
                return call.Fail(refused);
            }

            await RecordAsync(data, EventKinds.TeamChanged, account: null, known.Id, wanted, ("name", known.Name, wanted));
            call.Print($"{known.Id} is named {wanted}");
            return ExitCode.Ok;
        });
        return rename;
    }

    private static Command BuildRemove(CommandFrame frame)
    {
        var team = Team();
        var remove = new Command("remove", "Delete a team that has no tunnels.") { team };
        HandleTeam(frame, remove, team, async (call, data, known, cancellationToken) =>
        {
            if (await data.Accounts.Teams.DeleteAsync(by: null, known, cancellationToken) is { } refused)
            {
                return call.Fail(refused);
            }

            await RecordAsync(data, EventKinds.TeamDeleted, account: null, known.Id, known.Name, ("name", known.Name, null));
            call.Print($"{known.Id} {known.Name} is deleted");
            return ExitCode.Ok;
        });
        return remove;
    }

    private static Failure BadName(string text) => Failure.Of(TunnelErrors.NameInvalid, $"\"{text}\" is no team's name: 1 to 63 characters of a-z, 0-9 and hyphen, no hyphen at an end.");

    private static string[] Row(TeamRecord one) => [one.Id.Value, one.Name, $"{one.Members}", $"{one.Tunnels}", PlainTable.Cell(one.CreatedAt)];
}

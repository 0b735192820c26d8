using System.CommandLine;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Events;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd team member list | add | role | remove</c>.</summary>
internal static class TeamMemberCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("member", "Manage who is in a team.")
    {
        BuildList(frame),
        BuildAdd(frame),
        BuildRole(frame),
        BuildRemove(frame),
    };

    private static Argument<string> Email() => new("EMAIL") { Description = "The account's e-mail address." };

    private static Command BuildList(CommandFrame frame)
    {
        var (team, json) = (TeamCommands.Team(), new Option<bool>("--json") { Description = "Print one JSON object a line." });
        var list = new Command("list", "List a team's members.") { team, json };
        TeamCommands.HandleTeam(frame, list, team, async (call, data, known, cancellationToken) =>
        {
            var members = await data.Accounts.TeamMembers.ListAsync(known.Id, cancellationToken);
            if (call.Typed.GetValue(json))
            {
                foreach (var one in members)
                {
                    call.PrintJson(new TeamMemberLine(one.UserId.Value, one.Email, TeamRoles.Of(one.IsManager), one.AddedAt), CommandJson.Default.TeamMemberLine);
                }

                return ExitCode.Ok;
            }

            PlainTable.Print(call, [["ID", "EMAIL", "ROLE", "SINCE"], .. members.Select(one => (string[])[one.UserId.Value, one.Email, TeamRoles.Of(one.IsManager), PlainTable.Cell(one.AddedAt)])]);
            return ExitCode.Ok;
        });
        return list;
    }

    private static Command BuildAdd(CommandFrame frame)
    {
        var (team, email) = (TeamCommands.Team(), Email());
        var manager = new Option<bool>("--manager") { Description = "Make the account a manager of the team." };
        var add = new Command("add", "Add an account to a team.") { team, email, manager };
        HandleMember(frame, add, team, email, async (call, data, known, user, cancellationToken) =>
        {
            var isManager = call.Typed.GetValue(manager);
            if (await data.Accounts.TeamMembers.AddAsync(by: null, known.Id, user.Id, isManager, cancellationToken) is { } refused)
            {
                return call.Fail(refused);
            }

            await TeamCommands.RecordAsync(data, EventKinds.TeamChanged, user.Id, known.Id, known.Name, ("member", null, user.Email), ("role", null, TeamRoles.Of(isManager)));
            call.Print($"{user.Email} is in {known.Name} as {TeamRoles.Of(isManager)}");
            return ExitCode.Ok;
        });
        return add;
    }

    private static Command BuildRole(CommandFrame frame)
    {
        var (team, email) = (TeamCommands.Team(), Email());
        var role = new Argument<string>("ROLE") { Description = "manager or member." };
        var command = new Command("role", "Give a member another role in the team.") { team, email, role };
        HandleMember(frame, command, team, email, async (call, data, known, user, cancellationToken) =>
        {
            if (TeamRoles.Parse(call.Typed.GetRequiredValue(role)) is not { } isManager)
            {
                return call.Fail(Failure.Of(AccountErrors.AccountFieldInvalid, "The roles in a team are manager and member."));
            }

            if (await data.Accounts.TeamMembers.FindAsync(known.Id, user.Id, cancellationToken) is not { } member)
            {
                return call.Fail(NoMember(user, known));
            }

            if (await data.Accounts.TeamMembers.SetRoleAsync(by: null, known.Id, user.Id, isManager, cancellationToken) is { } refused)
            {
                return call.Fail(refused);
            }

            await TeamCommands.RecordAsync(data, EventKinds.TeamChanged, user.Id, known.Id, known.Name, ("role", TeamRoles.Of(member.IsManager), TeamRoles.Of(isManager)));
            call.Print($"{user.Email} is in {known.Name} as {TeamRoles.Of(isManager)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command BuildRemove(CommandFrame frame)
    {
        var (team, email) = (TeamCommands.Team(), Email());
        var remove = new Command("remove", "Remove a member from a team; its clients lose the team's tunnels within two seconds.") { team, email };
        HandleMember(frame, remove, team, email, async (call, data, known, user, cancellationToken) =>
        {
            if (await data.Accounts.TeamMembers.FindAsync(known.Id, user.Id, cancellationToken) is not { } member)
            {
                return call.Fail(NoMember(user, known));
            }

            if (await data.Accounts.TeamMembers.RemoveAsync(by: null, known.Id, user.Id, cancellationToken) is { } refused)
            {
                return call.Fail(refused);
            }

            await TeamCommands.RecordAsync(data, EventKinds.TeamChanged, user.Id, known.Id, known.Name, ("member", user.Email, null), ("role", TeamRoles.Of(member.IsManager), null));
            call.Print($"{user.Email} is in {known.Name} no more");
            return ExitCode.Ok;
        });
        return remove;
    }

    private static Failure NoMember(UserRecord user, TeamRecord team) => Failure.Of(AccountErrors.AccountUnknown, $"{user.Email} is not in the team {team.Name}.");

    private static void HandleMember(
        CommandFrame frame, Command command, Argument<string> team, Argument<string> email, Func<CommandCall, CommandData, TeamRecord, UserRecord, CancellationToken, Task<int>> action) =>
        TeamCommands.HandleTeam(frame, command, team, async (call, data, known, cancellationToken) =>
        {
            var (user, failed) = await TeamCommands.FindUserAsync(call, data, call.Typed.GetRequiredValue(email), cancellationToken);
            return user is null ? failed : await action(call, data, known, user, cancellationToken);
        });
}

using System.CommandLine;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Registration;
using Mport.Server.Events;
using Mport.Server.Hosting.Settings;
using Mport.Server.Mail;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd invite create | list | revoke</c>.</summary>
internal static class InviteCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("invite", "Invite people to make an account.")
    {
        BuildCreate(frame),
        BuildList(frame),
        BuildRevoke(frame),
    };

    private static Command BuildCreate(CommandFrame frame)
    {
        var email = new Argument<string>("EMAIL") { Description = "The address that the account will have." };
        var role = new Option<string>("--role") { Description = $"The role that it will have: one of {string.Join(", ", UserRoles.Given)}. [default: member]", HelpName = "R" };
        var expires = new Option<string>("--expires") { Description = "When the invitation stops working: 12h or 7d from now, at most 30d. [default: 7d]", HelpName = "TIME" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object with the link." };
        var create = new Command("create", "Invite somebody. The link is printed once, alone on standard output, and kept nowhere.") { email, role, expires, json };
        frame.AddMailOptions(create);
        frame.Handle(create, async (call, cancellationToken) =>
        {
            if (call.Settings.Registration.Mode is RegistrationMode.Closed)
            {
                return call.Fail(new Failure(SignupErrors.RegistrationClosed.Code, "The configuration says registration: closed, so that no invitation would work; `mportd user add` makes an account."));
            }

            if (!EmailAddress.TryParse(call.Typed.GetRequiredValue(email), out var address))
            {
                return call.Fail(UserCommands.InvalidEmail(call.Typed.GetRequiredValue(email)));
            }

            if (UserRoles.ParseGiven(call.Typed.GetValue(role) ?? "member") is not { } given)
            {
                return call.Fail(UserAccessCommands.UnknownRole(call.Typed.GetValue(role) ?? ""));
            }

            var life = InvitationStore.DefaultLifetime;
            if (call.Typed.GetValue(expires) is { } text && (!Duration.TryParse(text, out life) || life == TimeSpan.Zero || life > InvitationStore.LongestLifetime))
            {
                return call.Fail(Failure.Of(AccountErrors.AccountFieldInvalid, $"--expires: \"{text}\" is not a time such as 12h or 7d, at most 30d."));
            }

            using var data = await CommandData.OpenOrCreateAsync(call, cancellationToken);
            if (await data.Accounts.Invitations.CreateAsync(address, given, life, by: null, cancellationToken) is not { } issued)
            {
                return call.Fail(Failure.Of(AccountErrors.AccountExists, $"The account {address} exists already."));
            }

            await data.RecordAsync(
                ChangeEvents.Of(
                    EventKinds.InvitationCreated, CommandData.Actor, account: null, new EventSubject("invitation", issued.Id.Value, address.Value), ("email", null, address.Value), ("role", null, given.ToText())),
                cancellationToken);
            var links = CommandLinks.Of(call);
            var link = links.Invitation(issued.Secret);
            var unsent = call.Settings.Mail is { } mail
                ? await MailCommands.SendAsync(call, mail, address, MailTexts.Invitation(links.Root + "/", given, issued.ExpiresAt, link), cancellationToken)
                : null;
            bool? mailed = call.Settings.Mail is null ? null : unsent is null;
            if (call.Typed.GetValue(json))
            {
                var line = new InvitationLine(issued.Id.Value, address.Value, given.ToText(), "open") { Link = link.Reveal(), Mailed = mailed, ExpiresAt = issued.ExpiresAt };
                call.PrintJson(line, CommandJson.Default.InvitationLine);
            }
            else
            {
                call.Print(link.Reveal());
                call.Remark($"This is {issued.Id} for {address}, good until {PlainTable.Cell(issued.ExpiresAt)}. It is shown only now; give it to nobody else.");
            }

            if (mailed is true)
            {
                call.Remark($"It was mailed to {address}.");
            }
            else if (unsent is not null)
            {
                // The invitation stands all the same: its link can be handed on.
                call.Remark($"It was not mailed: {unsent}");
            }

            return ExitCode.Ok;
        });
        return create;
    }

    private static Command BuildList(CommandFrame frame)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var list = new Command("list", "List the invitations, without their links.") { json };
        frame.Handle(list, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var invitations = await data.Accounts.Invitations.ListAsync(cancellationToken);
            var now = call.Environment.Time.GetUtcNow();
            if (call.Typed.GetValue(json))
            {
                foreach (var one in invitations)
                {
                    call.PrintJson(InvitationLine.Of(one, now), CommandJson.Default.InvitationLine);
                }

                return ExitCode.Ok;
            }

            PlainTable.Print(call, [["ID", "EMAIL", "ROLE", "STATE", "CREATED", "EXPIRES"], .. invitations.Select(one => Row(one, now))]);
            return ExitCode.Ok;
        });
        return list;
    }

    private static Command BuildRevoke(CommandFrame frame)
    {
        var id = new Argument<string>("ID") { Description = "The invitation's id, inv_…, as `mportd invite list` shows it." };
        var revoke = new Command("revoke", "Revoke an invitation that was not accepted yet.") { id };
        frame.Handle(revoke, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var invitation = new InvitationId(call.Typed.GetRequiredValue(id));
            if (!await data.Accounts.Invitations.RevokeAsync(invitation, cancellationToken))
            {
                return call.Fail(Failure.Of(AccountErrors.InvitationUnknown, "No open invitation has this id."));
            }

            await data.RecordAsync(ChangeEvents.Of(EventKinds.InvitationRevoked, CommandData.Actor, account: null, new EventSubject("invitation", invitation.Value)), cancellationToken);
            call.Print($"{invitation} is revoked");
            return ExitCode.Ok;
        });
        return revoke;
    }

    private static string[] Row(InvitationRecord one, DateTimeOffset now) =>
        [one.Id.Value, one.Email, one.Role.ToText(), one.StateAt(now), PlainTable.Cell(one.CreatedAt), PlainTable.Cell(one.ExpiresAt)];
}

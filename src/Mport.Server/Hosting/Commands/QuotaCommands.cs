using System.CommandLine;
using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Events;
using Mport.Server.Hosting.Settings;
using Mport.Server.Quotas;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd quota set | list | clear</c>.</summary>
internal static class QuotaCommands
{
    private static readonly (string Flag, string Placeholder, string Doc, bool IsSize, Func<QuotaLimits, long, QuotaLimits> Set)[] Limits =
    [
        ("--tunnels", "N", "Tunnels of an account or team, open or not.", false, static (limits, value) => limits with { Tunnels = value }),
        ("--names", "N", "Subdomains of an account or team.", false, static (limits, value) => limits with { Names = value }),
        ("--ports", "N", "Public ports of an account or team.", false, static (limits, value) => limits with { Ports = value }),
        ("--connections", "N", "Visitors at one time.", false, static (limits, value) => limits with { Connections = value }),
        ("--bandwidth", "RATE", "Bytes a second, each way.", true, static (limits, value) => limits with { Bandwidth = value }),
        ("--bytes-per-day", "SIZE", "Bytes a day, both ways together.", true, static (limits, value) => limits with { BytesPerDay = value }),
        ("--bytes-per-month", "SIZE", "Bytes a month, both ways together.", true, static (limits, value) => limits with { BytesPerMonth = value }),
        ("--requests-per-day", "N", "HTTP requests a day.", false, static (limits, value) => limits with { RequestsPerDay = value }),
        ("--throttle-to", "RATE", "With --action throttle: bytes a second, each way.", true, static (limits, value) => limits with { ThrottleTo = value }),
    ];

    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("quota", "Manage what accounts, teams, tokens and tunnels may have.") { BuildSet(frame), BuildList(frame), BuildClear(frame) };

    private static Argument<string> Subject() => new("WHO") { Description = "An account's e-mail address, or the id of an account, team, token or tunnel." };

    private static Command BuildSet(CommandFrame frame)
    {
        var who = Subject();
        var action = new Option<string>("--action") { Description = "What happens when bytes or requests are used up: stop or throttle.", HelpName = "WHAT" };
        var options = Limits.Select(limit => new Option<string>(limit.Flag) { Description = limit.Doc + " 0: no limit.", HelpName = limit.Placeholder }).ToList();
        var set = new Command("set", "Set limits; those that are not named stay as they are. They hold within 2 seconds.") { who, action };
        options.ForEach(set.Options.Add);
        frame.Handle(set, async (call, cancellationToken) =>
        {
            var change = new List<Func<QuotaLimits, QuotaLimits>>();
            for (var i = 0; i < Limits.Length; i++)
            {
                if (call.Typed.GetValue(options[i]) is { } text)
                {
                    if (Read(Limits[i].IsSize, text) is not { } value)
                    {
                        return call.Fail(Failure.Of(UsageErrors.InvalidArgument, $"{Limits[i].Flag} must be {(Limits[i].IsSize ? "a size such as 64k, 10M or 2G" : "a whole number")}, not \"{text}\"."));
                    }

                    var apply = Limits[i].Set;
                    change.Add(limits => apply(limits, value));
                }
            }

            if (call.Typed.GetValue(action) is { } word)
            {
                if (QuotaChanges.ParseAction(word) is not { } parsed)
                {
                    return call.Fail(Failure.Of(UsageErrors.InvalidArgument, $"--action must be stop or throttle, not \"{word}\"."));
                }

                change.Add(limits => limits with { Action = parsed });
            }

            return change.Count == 0
                ? call.Fail(Failure.Of(UsageErrors.InvalidArgument, "No limit is given; see mportd quota set --help."))
                : await SetAsync(call, call.Typed.GetRequiredValue(who), change, cancellationToken);
        });
        return set;
    }

    private static async Task<int> SetAsync(CommandCall call, string who, List<Func<QuotaLimits, QuotaLimits>> change, CancellationToken cancellationToken)
    {
        using var data = await CommandData.OpenAsync(call, cancellationToken);
        if (await FindAsync(data, who, cancellationToken) is not (var subject, var owner))
        {
            return call.Fail(Failure.Of(LedgerErrors.QuotaSubjectUnknown, $"There is no account, team, token or tunnel {who}."));
        }

        var before = (await data.Quotas.FindAsync(subject, cancellationToken))?.Limits ?? QuotaLimits.None;
        var limits = change.Aggregate(before, (sum, one) => one(sum));
        if (QuotaChanges.Check(subject.Kind, limits) is { } unfit)
        {
            return call.Fail(unfit);
        }

        var replaced = await data.Quotas.SetAsync(subject, limits, cancellationToken);
        await data.RecordAsync(QuotaChanges.Set(CommandData.Actor, subject, owner, replaced, limits), cancellationToken);
        call.Print($"{subject}: {Describe(limits)}");
        return ExitCode.Ok;
    }

    private static Command BuildList(CommandFrame frame)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var list = new Command("list", "List the quotas that were set.") { json };
        frame.Handle(list, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var quotas = await data.Quotas.ListAsync(cancellationToken);
            if (call.Typed.GetValue(json))
            {
                foreach (var quota in quotas)
                {
                    call.PrintJson(new QuotaLine(quota.Subject.Id, quota.Subject.Kind.ToText(), LimitsBody.Of(quota.Limits), quota.UpdatedAt), CommandJson.Default.QuotaLine);
                }

                return ExitCode.Ok;
            }

            PlainTable.Print(call, [["KIND", "ID", "SET", "LIMITS"], .. quotas.Select(quota =>
                (string[])[quota.Subject.Kind.ToText(), quota.Subject.Id, PlainTable.Cell(quota.UpdatedAt), Describe(quota.Limits)])]);
            return ExitCode.Ok;
        });
        return list;
    }

    private static Command BuildClear(CommandFrame frame)
    {
        var who = Subject();
        var clear = new Command("clear", "Take away what was set: the edge's defaults hold again.") { who };
        frame.Handle(clear, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var text = call.Typed.GetRequiredValue(who);

            // One of something that was deleted since can be cleared all the same.
            var found = await FindAsync(data, text, cancellationToken);
            if ((found?.Subject ?? QuotaSubject.Parse(text)) is not { } subject || await data.Quotas.FindAsync(subject, cancellationToken) is not { } set)
            {
                return call.Fail(Failure.Of(LedgerErrors.QuotaSubjectUnknown, $"No quota is set for {text}."));
            }

            await data.Quotas.ClearAsync(subject, cancellationToken);
            await data.RecordAsync(QuotaChanges.Cleared(CommandData.Actor, subject, found?.Owner, set.Limits), cancellationToken);
            call.Print($"{subject}: nothing is set any more");
            return ExitCode.Ok;
        });
        return clear;
    }

    private static async Task<(QuotaSubject Subject, UserId Owner)?> FindAsync(CommandData data, string who, CancellationToken cancellationToken)
    {
        if (EmailAddress.TryParse(who, out var email))
        {
            return await data.Users.FindAsync(email, cancellationToken) is { } user ? (QuotaSubject.Of(user.Id), user.Id) : null;
        }

        return QuotaSubject.Parse(who) is { } subject && await data.Quotas.FindOwnerAsync(subject, cancellationToken) is { } owner ? (subject, owner) : null;
    }

    private static long? Read(bool isSize, string text) =>
        isSize ? ByteSize.TryParse(text, out var size) ? size : null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;

    private static string Describe(QuotaLimits limits) => string.Join(' ', QuotaChanges.ToProperties(limits).Select(pair => $"{pair.Key}={pair.Value}"));
}

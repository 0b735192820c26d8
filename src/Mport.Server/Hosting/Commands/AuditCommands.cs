using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Mport.Protocol.Errors;
using Mport.Server.Events;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd audit verify</c>.</summary>
internal static class AuditCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("audit", "Look after the event log.") { BuildVerify(frame) };

    private static Command BuildVerify(CommandFrame frame)
    {
        var head = new Option<string[]>("--head")
        {
            Description = "An end of the log that an earlier run has printed, and that must still stand in it; may be given several times.",
            HelpName = "PLACE:HASH",
        };
        var verify = new Command("verify", "Check that no event was changed, inserted or removed. Exits with 1 when one was.") { head };
        frame.Handle(verify, async (call, cancellationToken) =>
        {
            var known = new List<EventHead>();
            foreach (var text in call.Typed.GetValue(head) ?? [])
            {
                if (EventHead.Parse(text) is not { } parsed)
                {
                    return call.Fail(Failure.Of(UsageErrors.InvalidArgument, "--head must be what an earlier run has printed: a number, a colon and 64 hexadecimal digits."));
                }

                known.Add(parsed);
            }

            using var data = await CommandData.OpenAsync(call, cancellationToken);
            if (await new EventHeadFile(call.Settings.DataFolder, NullLogger<EventHeadFile>.Instance).ReadAsync(cancellationToken) is { } noted)
            {
                known.Add(noted);
            }

            var found = await EventVerification.RunAsync(data.Events, known, cancellationToken);
            if (found.Fault is { } fault)
            {
                return call.Fail(Failure.Of(LedgerErrors.ChainBroken, fault));
            }

            call.Print($"{found.Count} events are whole, {found.Beginning.Sequence + 1} to {found.Head.Sequence}.");
            call.Print($"The end of the log, to be kept elsewhere and given to a later run with --head: {found.Head}");
            if (found.Unchecked > 0)
            {
                call.Remark($"{found.Unchecked} of the given ends are older than the oldest event that is kept: they cannot be checked.");
            }

            return ExitCode.Ok;
        });
        return verify;
    }
}

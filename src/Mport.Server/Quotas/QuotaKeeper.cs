using System.Globalization;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Edge.Sessions;
using Mport.Server.Events;
using Mport.Server.Limits;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>
/// Looks several times a second at what was used, and sees to it that a quota that is used up ends or slows down what runs. Needs no database.
/// </summary>
internal sealed class QuotaKeeper(
    UsageLedger ledger, QuotaBook book, VisitorWatch visitors, SessionRegistry sessions, IEventLog events, QuotasMetrics metrics, TimeProvider time, ILogger<QuotaKeeper> logger)
{
    /// <summary>A quota that is crossed in the middle of a transfer takes effect within this time, and then some for the pieces that are on their way.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken);
            try
            {
                Look();
            }
            catch (Exception error)
            {
                // A fault of ours in one turn must not let everybody pass for ever.
                logger.QuotaKeeperFaulted(error);
            }
        }
    }

    private void Look()
    {
        book.TakeIn(ledger);
        var now = time.GetUtcNow();
        var anyStopped = false;
        foreach (var meter in book.Meters)
        {
            var (before, standing) = meter.Judge(now);
            anyStopped |= meter.IsStopped;
            if (standing.Stage != before.Stage)
            {
                Tell(meter, standing, before);
            }
        }

        if (anyStopped)
        {
            visitors.CutOverQuota();
        }
    }

    private void Tell(QuotaMeter meter, QuotaStanding standing, QuotaStanding before)
    {
        metrics.Turned(standing.Stage);
        var told = sessions.All.Where(session => IsOf(meter.Subject, session.Identity)).ToList();
        var account = meter.Subject.Kind is QuotaKind.Account ? new UserId(meter.Subject.Id) : told.Count > 0 ? told[0].Identity.UserId : (UserId?)null;
        if (QuotaTexts.NoticeOf(meter, standing, before) is { } text)
        {
            told.ForEach(session => session.Tell(new Notice { Level = standing.Stage is QuotaStage.Free ? "info" : "warning", Text = text }));
        }

        events.Record(new EdgeEvent
        {
            Kind = standing.Stage switch
            {
                QuotaStage.Reached => EventKinds.QuotaReached,
                QuotaStage.Free => EventKinds.QuotaLifted,
                _ => before.Stage is QuotaStage.Reached ? EventKinds.QuotaLifted : EventKinds.QuotaWarned,
            },
            Actor = EventActor.Edge,
            AccountId = account,
            Subject = new EventSubject(meter.Subject.Kind is QuotaKind.Account ? "user" : meter.Subject.Kind.ToText(), meter.Subject.Id),
            After = standing.Stage is QuotaStage.Free ? null : new Dictionary<string, string?>
            {
                ["limit"] = standing.Limit,
                ["used"] = standing.Used.ToString(CultureInfo.InvariantCulture),
                ["allowed"] = standing.Allowed.ToString(CultureInfo.InvariantCulture),
                ["until"] = standing.Until.ToString("O", CultureInfo.InvariantCulture),
            },
            Code = standing.Stage switch
            {
                QuotaStage.Reached => TunnelErrors.QuotaReached.Code.ToString(),
                QuotaStage.Free => null,
                _ => TunnelErrors.QuotaNear.Code.ToString(),
            },
        });
        Log(meter.Subject, standing);
    }

    private void Log(QuotaSubject subject, QuotaStanding standing)
    {
        switch (standing.Stage)
        {
            case QuotaStage.Free:
                logger.QuotaAnew(subject.Kind.ToText(), subject.Id);
                break;
            case QuotaStage.Reached:
                logger.QuotaUsedUp(standing.Limit, subject.Kind.ToText(), subject.Id, standing.Until, standing.Used, standing.Allowed);
                break;
            default:
                logger.QuotaNear(standing.Limit, subject.Kind.ToText(), subject.Id, standing.Stage is QuotaStage.At95 ? 95 : 80, standing.Used, standing.Allowed);
                break;
        }
    }

    // Of a tunnel or team the accounts are told that serve it: which of its sessions holds it may change at any moment.
    private bool IsOf(QuotaSubject subject, SessionIdentity identity) => subject.Kind switch
    {
        QuotaKind.Account => identity.UserId.Value == subject.Id,
        QuotaKind.Team => ledger.IsCounted(identity.UserId, new TeamId(subject.Id)),
        QuotaKind.Token => identity.TokenId.Value == subject.Id,
        _ => ledger.IsCounted(identity.UserId, new TunnelId(subject.Id)),
    };
}

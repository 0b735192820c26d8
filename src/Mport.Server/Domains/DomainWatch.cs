using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Control;
using Mport.Server.Edge.Sessions;
using Mport.Server.Events;

namespace Mport.Server.Domains;

/// <summary>
/// Looks at domains in the background: every few seconds at those whose owner is just setting the proof, and every day at all that are proven. One whose proof is
/// missing for a week is not its account's any more (SEC-45).
/// </summary>
internal sealed class DomainWatch(
    DomainStore store, DomainLook look, DomainDesk desk, DomainEnd end, AwaitedDomains awaited, ProvenHosts proven, SessionRegistry sessions, IEventLog events, TimeProvider time, ILogger<DomainWatch> logger)
{
    /// <summary>From one look at the awaited domains to the next.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(3);

    /// <summary>From one look at a proven domain to the next.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromDays(1);

    /// <summary>How long the proof may be missing.</summary>
    public static readonly TimeSpan Forbearance = TimeSpan.FromDays(7);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(10);
    private const int MostAtOnce = 100;

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var nextLook = time.GetUtcNow();
        while (true)
        {
            await Task.Delay(Step, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await LookAtAwaitedAsync(stop);
                if (time.GetUtcNow() >= nextLook)
                {
                    nextLook = time.GetUtcNow() + BetweenLooks;
                    await LookAtProvenAsync(stop);
                }
            }
            catch (Exception failed) when (failed is DbException or DbUpdateException or OperationCanceledException)
            {
                if (!stop.IsCancellationRequested)
                {
                    logger.LookFailed(failed.InnerException?.Message ?? failed.Message);
                }
            }
        }
    }

    private async Task LookAtAwaitedAsync(CancellationToken stop)
    {
        foreach (var domain in awaited.All())
        {
            if ((await FindAsync(domain, stop)).IsGood && await desk.ProveAsync(EventActor.Edge, domain, stop))
            {
                foreach (var session in sessions.All.Where(session => session.Identity.UserId == domain.UserId))
                {
                    session.Tell(new AskAgain());
                }
            }
        }
    }

    private async Task LookAtProvenAsync(CancellationToken stop)
    {
        // Another edge on the same database may have proven or removed some.
        proven.Set((await store.ListProvenAsync(stop)).Select(domain => domain.Name));
        foreach (var domain in await store.ListDueAsync(time.GetUtcNow() - Again, MostAtOnce, stop))
        {
            var proof = await FindAsync(domain, stop);
            if (proof.IsGood)
            {
                await store.SetProvenAsync(domain, stop);
            }
            else if (proof.Failure is not null)
            {
                await store.SetCheckedAsync(domain, stop);
            }
            else
            {
                await MissAsync(domain, stop);
            }
        }
    }

    private async Task MissAsync(Domain domain, CancellationToken stop)
    {
        var since = await store.SetMissingAsync(domain, stop);
        if (time.GetUtcNow() - since >= Forbearance)
        {
            await end.UnproveAsync(domain, stop);
            await events.ChangedAsync(EventKinds.DomainLost, EventActor.Edge, domain.UserId, DomainDesk.SubjectOf(domain), ("state", "proven", "pending"));
        }
        else if (domain.MissingSince is null)
        {
            await events.ChangedAsync(EventKinds.DomainProofMissing, EventActor.Edge, domain.UserId, DomainDesk.SubjectOf(domain), ("missing_since", null, since.ToString("u")));
        }
    }

    private async Task<RecordCheck> FindAsync(Domain domain, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(LookLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        return await look.FindProofAsync(domain, either.Token);
    }
}

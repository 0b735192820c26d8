using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Quotas;

/// <summary><c>/api/v1/quotas</c>: what accounts, teams, tokens and tunnels may have, and have used.</summary>
internal static class QuotasApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapQuotas(this IEndpointRouteBuilder api)
    {
        var quotas = api.MapGroup("/quotas");
        quotas.MapGet("", List).Needs(TokenScopes.UsageRead).Lists("id").WithName("listQuotas").WithTags("quotas")
            .WithSummary("The account's quota, and those of its teams, tokens and tunnels that were set");
        quotas.MapGet("/{id}", Get).Needs(TokenScopes.UsageRead).WithName("getQuota").WithTags("quotas")
            .WithSummary("The quota of an account, team, token or tunnel, by its id");
        quotas.MapPut("/{id}", Put).NeedsAdmin(TokenScopes.ServerAdmin).Takes<LimitsBody>().WithName("setQuota").WithTags("quotas")
            .WithSummary("Set what an account, team, token or tunnel may have, in place of what was set before");
        quotas.MapDelete("/{id}", Delete).NeedsAdmin(TokenScopes.ServerAdmin).WithName("clearQuota").WithTags("quotas")
            .WithSummary("Take away what was set: the defaults hold again");
    }

    private static async Task<Results<Ok<ListAnswer<QuotaAnswer>>, ApiProblem>> List(
        ApiCaller caller, ListQuery list, [Description("For administrators and auditors: all for those of every account.")] string? account, QuotaStore store, QuotaBook book, TimeProvider time, CancellationToken cancellationToken)
    {
        var view = LedgerView.Of(caller, account);
        if (view.Problem is { } problem)
        {
            return problem;
        }

        var subjects = await store.ListSubjectsAsync(view.AccountId, list, cancellationToken);
        var answers = await AnswerAsync(subjects, store, book, time, cancellationToken);
        return TypedResults.Ok(list.ToAnswer(answers, answer => new ListPosition("", answer.Id), answer => answer));
    }

    private static async Task<Results<Ok<QuotaAnswer>, ApiProblem>> Get(
        ApiCaller caller, string id, HttpContext context, QuotaStore store, OwnTunnelStore tunnels, TeamMemberStore members, QuotaBook book, TimeProvider time, CancellationToken cancellationToken)
    {
        if (QuotaSubject.Parse(id) is not { } subject || await store.FindOwnerAsync(subject, cancellationToken) is not { } owner
            || !await SeesAsync(caller, subject, owner, tunnels, members, cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        Preconditions.Show(context, Revision(await store.FindAsync(subject, cancellationToken)));
        return TypedResults.Ok((await AnswerAsync([subject], store, book, time, cancellationToken))[0]);
    }

    private static async Task<Results<Ok<QuotaAnswer>, ApiProblem>> Put(
        ApiCaller caller, string id, Body<LimitsBody> body, HttpContext context, QuotaStore store, QuotaBook book, IEventLog events, TimeProvider time, CancellationToken cancellationToken)
    {
        if (QuotaSubject.Parse(id) is not { } subject || await store.FindOwnerAsync(subject, cancellationToken) is not { } owner)
        {
            return ApiProblem.NotFound;
        }

        if (Preconditions.Check(context, Revision(await store.FindAsync(subject, cancellationToken)), required: true) is { } refused)
        {
            return refused;
        }

        if (body.Value.Action is { } action && QuotaChanges.ParseAction(action) is null)
        {
            return ApiProblem.Invalid(new FieldError("/action", "It must be stop or throttle."));
        }

        var limits = body.Value.ToLimits();
        if (QuotaChanges.Check(subject.Kind, limits) is { } unfit)
        {
            return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, unfit);
        }

        var before = await store.SetAsync(subject, limits, cancellationToken);
        await events.RecordAsync(QuotaChanges.Set(EventActor.Of(caller), subject, owner, before, limits), cancellationToken);
        Preconditions.Show(context, Revision(await store.FindAsync(subject, cancellationToken)));
        return TypedResults.Ok((await AnswerAsync([subject], store, book, time, cancellationToken))[0]);
    }

    private static async Task<Results<NoContent, ApiProblem>> Delete(ApiCaller caller, string id, QuotaStore store, IEventLog events, CancellationToken cancellationToken)
    {
        if (QuotaSubject.Parse(id) is not { } subject || await store.FindAsync(subject, cancellationToken) is not { } set)
        {
            return ApiProblem.NotFound;
        }

        if (await store.ClearAsync(subject, cancellationToken))
        {
            var owner = await store.FindOwnerAsync(subject, cancellationToken);
            await events.RecordAsync(QuotaChanges.Cleared(EventActor.Of(caller), subject, owner, set.Limits), cancellationToken);
        }

        return TypedResults.NoContent();
    }

    // A tunnel may be a team's, whoever made it.
    private static async Task<bool> SeesAsync(
        ApiCaller caller, QuotaSubject subject, UserId owner, OwnTunnelStore tunnels, TeamMemberStore members, CancellationToken cancellationToken) =>
        LedgerView.SeesAll(caller) || subject.Kind switch
        {
            QuotaKind.Tunnel => await tunnels.FindAsync(caller.UserId, new TunnelId(subject.Id), cancellationToken) is not null,
            QuotaKind.Team => await members.FindAsync(new TeamId(subject.Id), caller.UserId, cancellationToken) is not null,
            _ => owner == caller.UserId,
        };

    private static long Revision(QuotaRecord? set) => set?.UpdatedAt.ToUnixTimeMilliseconds() ?? 0;

    // From the database, not from the book: what was set a moment ago is there already.
    private static async Task<IReadOnlyList<QuotaAnswer>> AnswerAsync(
        IReadOnlyList<QuotaSubject> subjects, QuotaStore store, QuotaBook book, TimeProvider time, CancellationToken cancellationToken)
    {
        var set = (await store.FindAllAsync([.. subjects.Select(subject => subject.Id)], cancellationToken)).ToDictionary(one => one.Subject, one => one.Limits);
        var used = new Dictionary<QuotaSubject, QuotaTotals>();
        foreach (var kind in subjects.GroupBy(subject => subject.Kind, subject => subject.Id))
        {
            foreach (var (subject, totals) in await store.SumAsync(kind.Key, [.. kind], cancellationToken))
            {
                used[subject] = totals;
            }
        }

        return [.. subjects.Select(subject => Answer(subject, set.GetValueOrDefault(subject), used.GetValueOrDefault(subject), book, time.GetUtcNow()))];
    }

    private static QuotaAnswer Answer(QuotaSubject subject, QuotaLimits? set, QuotaTotals totals, QuotaBook book, DateTimeOffset now)
    {
        var limits = book.Complete(subject, set);
        var use = default(QuotaUse);
        use.Set(totals, now);
        var standing = use.Judge(limits, now);
        return new QuotaAnswer
        {
            Id = subject.Id,
            Kind = subject.Kind.ToText(),
            Set = set is null ? null : LimitsBody.Of(set),
            Limits = LimitsBody.Of(limits),
            Used = new UsedAnswer(totals.DayBytes, totals.MonthBytes, totals.DayRequests),
            Reached = standing.Stage is QuotaStage.Reached,
            Nearest = standing.Stage is QuotaStage.Free ? null : standing.Limit,
            Until = standing.Stage is QuotaStage.Free ? null : standing.Until,
        };
    }
}

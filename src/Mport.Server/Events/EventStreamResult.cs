using System.Text;
using System.Text.Json;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary>
/// Writes the log to one who follows it, as server-sent events: first what he has missed, from the store, then what comes, from the feed. Nothing is left out and
/// nothing comes twice: each event has its place, and the stream knows the last that it has sent.
/// </summary>
internal sealed class EventStreamResult(
    EventStore store, EventFeed feed, TokenStore tokens, ApiCaller caller, EventQuery query, long behind, Action ended, TimeProvider time) : IResult
{
    private const int Page = 200;

    // How often a quiet stream shows that it lives, and that its caller still may read it.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    private const int HeartbeatsToAComment = 15;

    // A reader who takes nothing for so long is gone, or as good as gone.
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(30);

    // A browser's session is looked at when the stream begins; it begins anew so often.
    private static readonly TimeSpan SessionLife = TimeSpan.FromMinutes(1);

    private long _place = behind;

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var aborted = httpContext.RequestAborted;
        try
        {
            using var listener = feed.Listen();
            httpContext.Response.ContentType = "text/event-stream";
            httpContext.Response.Headers["X-Accel-Buffering"] = "no";
            await WriteAsync(httpContext, ": the events of this edge\nretry: 1000\n\n", aborted);
            await CatchUpAsync(httpContext, aborted);
            await FollowAsync(httpContext, listener, aborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // He went, or did not read.
            httpContext.Abort();
        }
        finally
        {
            ended();
        }
    }

    private async Task FollowAsync(HttpContext context, EventListener listener, CancellationToken aborted)
    {
        var began = time.GetTimestamp();
        var beats = 0;
        var next = listener.ReadAsync(aborted).AsTask();
        while (true)
        {
            using (var pause = CancellationTokenSource.CreateLinkedTokenSource(aborted))
            {
                var beat = Task.Delay(Heartbeat, time, pause.Token);
                if (await Task.WhenAny(next, beat) == beat)
                {
                    if (!await MayGoOnAsync(began, aborted))
                    {
                        return;
                    }

                    if (++beats % HeartbeatsToAComment == 0)
                    {
                        await WriteAsync(context, ": still here\n\n", aborted);
                    }

                    continue;
                }

                await pause.CancelAsync();
            }

            if (await next is not { } news)
            {
                // The edge ends, or he read too slowly: he comes back and says where he was.
                await (listener.IsCut ? WriteAsync(context, Cut(), aborted) : Task.CompletedTask);
                return;
            }

            await PassAsync(context, news, aborted);
            next = listener.ReadAsync(aborted).AsTask();
        }
    }

    private async Task PassAsync(HttpContext context, EventNews news, CancellationToken aborted)
    {
        if (news.Behind > _place)
        {
            await CatchUpAsync(context, aborted);
        }

        await SendAsync(context, [.. news.Events.Where(one => one.Sequence > _place && Matches(one))], aborted);
        _place = news.Events.Count > 0 ? Math.Max(_place, news.Events[^1].Sequence) : _place;
    }

    private async Task CatchUpAsync(HttpContext context, CancellationToken aborted)
    {
        IReadOnlyList<EventRecord> page;
        do
        {
            page = await store.ListAsync(query with { Cursor = _place, Limit = Page }, aborted);
            await SendAsync(context, page, aborted);
            _place = page.Count > 0 ? page[^1].Sequence : _place;
        }
        while (page.Count == Page);
    }

    private Task SendAsync(HttpContext context, IReadOnlyList<EventRecord> events, CancellationToken aborted)
    {
        if (events.Count == 0)
        {
            return Task.CompletedTask;
        }

        var text = new StringBuilder();
        foreach (var one in events)
        {
            text.Append("id: ").Append(one.Id).Append("\nevent: ").Append(one.Kind).Append("\ndata: ")
                .Append(JsonSerializer.Serialize(EventAnswer.Of(one), EventsJson.Default.EventAnswer)).Append("\n\n");
        }

        return WriteAsync(context, text.ToString(), aborted);
    }

    private async Task WriteAsync(HttpContext context, string text, CancellationToken aborted)
    {
        using var late = new CancellationTokenSource(WriteLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), either.Token);
        await context.Response.Body.FlushAsync(either.Token);
    }

    // A token that was revoked reads no further (as with sessions, within 2 s).
    private async Task<bool> MayGoOnAsync(long began, CancellationToken aborted) => caller.TokenId is { } token
        ? (await tokens.FindEndedAsync([token], aborted)).Count == 0
        : time.GetElapsedTime(began) < SessionLife;

    // As the store does it; the kinds' names and ids are plain ASCII.
    private bool Matches(EventRecord one) =>
        (query.AccountId is not { } account || one.AccountId == account)
        && (query.ActorId is not { } actor || one.ActorId == actor)
        && (query.SubjectId is not { } subject || one.SubjectId == subject)
        && (query.From is not { } from || one.At >= from)
        && (query.To is not { } to || one.At < to)
        && (query.Kind is not { } kind || one.Kind == kind || (kind.EndsWith('.') && one.Kind.StartsWith(kind, StringComparison.Ordinal)));

    private static string Cut() =>
        $"event: cut\ndata: {{\"code\":\"{LedgerErrors.ReaderSlow.Code}\",\"reason\":\"You read too slowly. Come back with Last-Event-ID: nothing is lost.\"}}\n\n";
}

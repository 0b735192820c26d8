using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Certificates.Acme;
using Mport.Server.Events;
using Mport.Server.Hosting;

namespace Mport.Server.Certificates;

/// <summary>
/// Sees to it that all wanted names have certificates: orders what is missing, renews what is old, and goes on serving the old one where that fails. Each name
/// is an order of its own, so that one that cannot be had holds up no other (REL-29). What is under way when the process dies is begun anew.
/// </summary>
internal sealed class CertificateKeeper
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OrderLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private const int MostAtOnce = 8;

    private readonly WantedCertificates _wanted;
    private readonly CertificateStore _store;
    private readonly CertificateBook _book;
    private readonly CertificateSeal _seal;
    private readonly Func<CancellationToken, Task<AcmeIssuer>> _openIssuer;
    private readonly IEventLog _events;
    private readonly CertificatesMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IssuanceLimits _limits;
    private readonly OwnedTasks _orders;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = NewSignal();
    private DateTimeOffset _read;
    private AcmeIssuer? _issuer;

    /// <summary>Makes it; it does nothing until <see cref="RunAsync"/>.</summary>
    public CertificateKeeper(
        WantedCertificates wanted, CertificateStore store, CertificateBook book, CertificateSeal seal, Func<CancellationToken, Task<AcmeIssuer>> openIssuer, IEventLog events, CertificatesMetrics metrics, TimeProvider time, ILogger<CertificateKeeper> logger)
    {
        _wanted = wanted;
        _store = store;
        _book = book;
        _seal = seal;
        _openIssuer = openIssuer;
        _events = events;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _limits = new IssuanceLimits(time);
        _orders = new OwnedTasks(failure => logger.OrderFaulted(failure));
    }

    /// <summary>Looks again at once: somebody has changed what is wanted.</summary>
    public void Wake() => Interlocked.Exchange(ref _news, NewSignal()).TrySetResult();

    /// <summary>Runs until it is told to stop; orders that are under way are given up then.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                // Before the look: what changes during it is seen by the next.
                var (changed, news) = (_wanted.NextChange, Volatile.Read(ref _news).Task);
                var pause = await LookAsync(stop);
                using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
                await Task.WhenAny(Task.Delay(pause, _time, over.Token), changed, news);
                await over.CancelAsync();
            }
        }
        finally
        {
            await _orders.CloseAsync();
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken stop)
    {
        try
        {
            var wanted = _wanted.All();
            await ReadBookAsync(wanted, stop);
            var states = (await _store.ListAsync(stop)).ToDictionary(state => state.Name, StringComparer.Ordinal);
            var now = _time.GetUtcNow();
            var next = now + Interval;
            foreach (var (name, owner) in wanted)
            {
                var state = states.GetValueOrDefault(name) ?? new CertificateState { Name = name };
                await WarnAsync(state, owner, now, stop);
                var due = CertificatePlan.DueAt(state, now);
                if (due > now)
                {
                    next = due < next ? due : next;
                }
                else
                {
                    TryStart(state, owner, stop);
                }
            }

            _metrics.Show(wanted.Keys.Select(name => states.GetValueOrDefault(name)), now);
            return next - now > TimeSpan.Zero ? next - now : TimeSpan.Zero;
        }
        catch (Exception failed) when (failed is DbException or DbUpdateException or OperationCanceledException)
        {
            if (!stop.IsCancellationRequested)
            {
                _logger.LookFailed(failed.InnerException?.Message ?? failed.Message);
            }

            return Interval;
        }
    }

    // Another edge on the same database may have got some.
    private async Task ReadBookAsync(IReadOnlyDictionary<string, UserId?> wanted, CancellationToken stop)
    {
        foreach (var name in _book.Names.Where(name => !wanted.ContainsKey(name)))
        {
            // Its owner is not any more; should it come back, the database still has the certificate.
            _book.Remove(name);
            _logger.Dropped(name);
            _read = default;
        }

        var since = _read;
        foreach (var certificate in await _store.ListSinceAsync(since, stop))
        {
            _read = certificate.UpdatedAt > _read ? certificate.UpdatedAt : _read;
            if (wanted.ContainsKey(certificate.Name) && (certificate.UpdatedAt > since || !_book.Names.Contains(certificate.Name)))
            {
                _book.Set(certificate);
            }
        }
    }

    private void TryStart(CertificateState state, UserId? owner, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_underWay.Count >= MostAtOnce || _underWay.Contains(state.Name) || _limits.TryOrder(owner) is not null)
            {
                return;
            }

            _underWay.Add(state.Name);
        }

        if (!_orders.TryRun(() => OrderAsync(state, owner, stop)))
        {
            Done(state.Name);
        }
    }

    private void Done(string name)
    {
        lock (_gate)
        {
            _underWay.Remove(name);
        }

        Wake();
    }

    private async Task OrderAsync(CertificateState state, UserId? owner, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            if (!await _store.LeaseAsync(state.Name, Lease, stop))
            {
                return;
            }

            await OrderLeasedAsync(state, owner, stop);
        }
        catch (Exception failed) when (failed is DbException or DbUpdateException)
        {
            _logger.LookFailed(failed.InnerException?.Message ?? failed.Message);
        }
        finally
        {
            Done(state.Name);
        }
    }

    private async Task OrderLeasedAsync(CertificateState state, UserId? owner, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(OrderLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            var issuer = _issuer ??= await _openIssuer(either.Token);
            var issued = await issuer.IssueAsync(state.Name, either.Token);
            var renewAt = CertificatePlan.RenewAt(issued.NotBefore, issued.NotAfter, _time.GetUtcNow(), Random.Shared.NextDouble());
            var sealedKey = _seal.Seal(issued.Key, state.Name);
            await _store.SetIssuedAsync(state.Name, issued, sealedKey, renewAt, stop);
            _book.Set(new SealedCertificate(state.Name, issued.Chain, sealedKey, _time.GetUtcNow()));
            _metrics.Ordered("issued");
            _logger.Issued(state.Name, issued.NotAfter, renewAt);
            _events.Record(CertificateEvents.Issued(state, owner, issued.NotAfter));
        }
        catch (AcmeException refused)
        {
            await FailAsync(state, owner, refused.Message, refused.RetryAfter, stop);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            await FailAsync(state, owner, $"The authority did not come to an end within {OrderLimit.TotalMinutes:0} min.", retryAfter: null, stop);
        }
        catch (OperationCanceledException)
        {
            await _store.EndLeaseAsync(state.Name, CancellationToken.None);
        }
    }

    private async Task FailAsync(CertificateState state, UserId? owner, string why, TimeSpan? retryAfter, CancellationToken stop)
    {
        var attempts = state.Attempts + 1;
        var next = _time.GetUtcNow() + CertificatePlan.Backoff(attempts, Random.Shared.NextDouble(), retryAfter);
        await _store.SetFailedAsync(state.Name, attempts, why, next, stop);
        _metrics.Ordered("failed");
        _logger.OrderFailed(state.Name, attempts, next, why);
        _events.Record(CertificateEvents.Failed(state, owner, Failure.Of(CertificateErrors.OrderFailed, why)));
    }

    private async Task WarnAsync(CertificateState state, UserId? owner, DateTimeOffset now, CancellationToken stop)
    {
        if (CertificatePlan.WarnOf(state, now) is { } days && state.NotAfter is { } end)
        {
            await _store.SetWarnedAsync(state.Name, days, stop);
            _logger.Expiring(state.Name, end, state.Failure ?? "it was not tried yet");
            _events.Record(CertificateEvents.Expiring(state, owner, end));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

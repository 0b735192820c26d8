using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>
/// Brings what the database knows into the <see cref="QuotaBook"/>: limits that any process has set, what was used before this edge began, and what another edge
/// counts that runs for a while beside this one.
/// </summary>
internal sealed class QuotaWatch(QuotaStore store, QuotaBook book, UsageLedger ledger, TimeProvider time, ILogger<QuotaWatch> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    private (int Count, DateTimeOffset? Last)? _fingerprint;
    private long _refreshed;

    /// <summary>Looks once, before the edge takes anybody in.</summary>
    public Task LoadAsync(CancellationToken cancellationToken) => LoadLimitsAsync(cancellationToken);

    /// <summary>Runs until cancelled. A database that does not answer is tried again at the next turn; the limits stay as they are meanwhile.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken);
            try
            {
                await LoadLimitsAsync(cancellationToken);
                await LoadUseAsync(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.QuotaWatchFailed(error.Message);
            }
        }
    }

    private async Task LoadLimitsAsync(CancellationToken cancellationToken)
    {
        var fingerprint = await store.FingerprintAsync(cancellationToken);
        if (fingerprint != _fingerprint)
        {
            book.SetAll((await store.ListAsync(cancellationToken)).ToDictionary(one => one.Subject, one => one.Limits));
            _fingerprint = fingerprint;
        }
    }

    private async Task LoadUseAsync(CancellationToken cancellationToken)
    {
        var isDue = _refreshed == 0 || time.GetElapsedTime(_refreshed) >= RefreshInterval;
        var wanted = book.Meters.Where(meter => IsLimited(meter.Limits) && (isDue || !meter.IsKnown)).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var written = ledger.LastWritten;
        var sums = new Dictionary<QuotaSubject, QuotaTotals>();
        foreach (var kind in wanted.GroupBy(meter => meter.Subject.Kind, meter => meter.Subject.Id))
        {
            foreach (var (subject, totals) in await store.SumAsync(kind.Key, [.. kind], cancellationToken))
            {
                sums[subject] = totals;
            }
        }

        if (book.TryTakeOver(wanted, sums, ledger, written) && isDue)
        {
            _refreshed = time.GetTimestamp();
        }
    }

    private static bool IsLimited(QuotaLimits limits) => limits is { BytesPerDay: > 0 } or { BytesPerMonth: > 0 } or { RequestsPerDay: > 0 };
}

using Mport.Protocol.Identity;

namespace Mport.Server.Traffic;

/// <summary>Writes usage to the database, every few seconds, and removes what is old. What an edge that is killed takes along is what came since.</summary>
internal sealed class UsageWriter(UsageLedger ledger, UsageStore store, UsageOptions options, UsageMetrics metrics, TimeProvider time, ILogger<UsageWriter> logger)
{
    /// <summary>Half of what may be lost: the rest is for the database to be slow.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TrimInterval = TimeSpan.FromHours(1);

    // At the end of the edge: what a database does not take in that time is lost.
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(5);

    private readonly string _run = Ulid.Create("run", time);
    private long _trimmed;
    private int _failures;

    /// <summary>Runs until cancelled; then writes what there is.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, cancellationToken);
                await TryWriteAsync(cancellationToken);
                await TrimAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await FinishAsync();
        }
    }

    private async Task FinishAsync()
    {
        using var limit = new CancellationTokenSource(LastTry, time);
        try
        {
            // A batch that was under way comes first, then what came meanwhile.
            ledger.Sample(time.GetUtcNow());
            if (await TryWriteAsync(limit.Token))
            {
                await TryWriteAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            logger.UsageNotWritten(ledger.Waiting, "the database took too long, and the edge ends");
        }
    }

    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        if (ledger.TakeBatch() is not { } batch)
        {
            return true;
        }

        try
        {
            await store.WriteAsync(_run, batch, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            metrics.Failed();
            if (_failures++ % 60 == 0)
            {
                logger.UsageNotWritten(ledger.Waiting, (error.InnerException ?? error).Message);
            }

            return false;
        }

        ledger.Written(batch);
        metrics.Written();
        if (_failures > 0)
        {
            _failures = 0;
            logger.UsageWrittenAgain();
        }

        return true;
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        if (_trimmed != 0 && time.GetElapsedTime(_trimmed) < TrimInterval)
        {
            return;
        }

        _trimmed = time.GetTimestamp();
        try
        {
            await store.TrimAsync(options, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            logger.UsageNotTrimmed((error.InnerException ?? error).Message);
        }
    }
}


namespace Mport.Bench.Soak;

/// <summary>Mixed traffic of visitors: each kind in a loop of its own.</summary>
internal sealed class Traffic(IReadOnlyList<TrafficKind> kinds, Tally tally)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(kinds.Select(kind => LoopAsync(kind, stop)));

    private async Task LoopAsync(TrafficKind kind, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
            late.CancelAfter(Limit);
            try
            {
                if (await kind.Once(late.Token))
                {
                    tally.Good(kind.Name);
                    continue;
                }
            }
            catch (CorruptException corrupt)
            {
                tally.Corrupt(kind.Name, corrupt.Message);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or System.Net.Sockets.SocketException or System.Net.WebSockets.WebSocketException or OperationCanceledException)
            {
                // A fault hit it, or the last one is not over yet.
            }

            tally.Failed(kind.Name);
            await Task.Delay(AfterFailure, TimeProvider.System, CancellationToken.None);
        }
    }
}

/// <summary>One kind of traffic.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Once">One piece of it; false when it failed.</param>
internal sealed record TrafficKind(string Name, Func<CancellationToken, Task<bool>> Once);

/// <summary>Other bytes came than were sent.</summary>
internal sealed class CorruptException(string what) : Exception(what);

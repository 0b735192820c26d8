namespace Mport.Bench.Soak;

/// <summary>What goes wrong during a soak, one fault after another.</summary>
internal sealed class SoakFaults(SoakScene scene)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Stopped = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, int> _made = new(StringComparer.Ordinal);

    /// <summary>How often each was made.</summary>
    public IReadOnlyDictionary<string, int> Made => _made;

    /// <summary>Makes faults until the time is over; never leaves one half done.</summary>
    public async Task RunAsync(TimeSpan time, CancellationToken stop)
    {
        (string Name, Func<Task> Make)[] faults =
        [
            ("carriers cut", CutAsync),
            ("a carrier cut in the middle of its bytes", CutLaterAsync),
            ("target killed and started again", RestartTargetAsync),
            ("client stopped for 5 s", StopClientAsync),
            ("client killed and started again", RestartClientAsync),
        ];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(time);
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var (name, make) = faults[i % faults.Length];
            await make();
            _made[name] = _made.GetValueOrDefault(name) + 1;
            await Task.Delay(Between, TimeProvider.System, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task CutAsync()
    {
        scene.Relay.Cut();
        return Task.CompletedTask;
    }

    private Task CutLaterAsync()
    {
        scene.Relay.CutAfter(1_000_003);
        return Task.CompletedTask;
    }

    private async Task RestartTargetAsync()
    {
        await scene.KillTargetAsync();
        await scene.StartTargetAsync();
    }

    private async Task StopClientAsync()
    {
        await scene.Client.SignalAsync("STOP");
        await Task.Delay(Stopped, TimeProvider.System);
        await scene.Client.SignalAsync("CONT");
    }

    private async Task RestartClientAsync()
    {
        await scene.Client.KillAsync();
        await scene.StartClientAsync();
    }
}

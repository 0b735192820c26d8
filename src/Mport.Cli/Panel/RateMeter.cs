using Mport.Client;

namespace Mport.Cli.Panel;

/// <summary>Bytes a second of each tunnel over the last two seconds, from looks at the engine's counters.</summary>
internal sealed class RateMeter
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2);

    private readonly Queue<(TimeSpan At, IReadOnlyList<TunnelStatus> Tunnels)> _looks = [];

    /// <summary>Notes a look.</summary>
    /// <param name="at">When, on any clock that only goes forward.</param>
    /// <param name="tunnels">The counters.</param>
    /// <returns>For each tunnel in order: bytes a second in and out.</returns>
    public IReadOnlyList<(double In, double Out)> Measure(TimeSpan at, IReadOnlyList<TunnelStatus> tunnels)
    {
        _looks.Enqueue((at, tunnels));
        while (_looks.Count > 2 && at - _looks.Peek().At > s_window)
        {
            _looks.Dequeue();
        }

        var (since, before) = _looks.Peek();
        var seconds = (at - since).TotalSeconds;
        return [.. tunnels.Select((tunnel, i) => seconds <= 0 || i >= before.Count
            ? (0d, 0d)
            : ((tunnel.BytesIn - before[i].BytesIn) / seconds, (tunnel.BytesOut - before[i].BytesOut) / seconds))];
    }
}

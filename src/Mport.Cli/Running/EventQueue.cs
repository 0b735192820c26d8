using System.Threading.Channels;
using Mport.Client;

namespace Mport.Cli.Running;

/// <summary>
/// Takes the engine's events without making it wait, and gives them out one at a time. Events that visitors or the edge can cause in any
/// number are bounded: when the reader of our output is slower than they come, the newest are dropped and counted.
/// </summary>
internal sealed class EventQueue : IClientObserver
{
    /// <summary>About 2 MB of events: seconds of heavy traffic for a reader that has stalled.</summary>
    public const int MostWaiting = 10_000;

    private readonly Channel<ClientEvent> _events = Channel.CreateUnbounded<ClientEvent>(new UnboundedChannelOptions { SingleReader = true });
    private int _waiting;
    private long _dropped;

    /// <summary>How many events were dropped so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void On(ClientEvent happened)
    {
        if (IsFromOutside(happened) && Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _dropped);
            return;
        }

        _events.Writer.TryWrite(happened);
    }

    /// <summary>No further events come.</summary>
    public void Complete() => _events.Writer.TryComplete();

    /// <summary>The next event, or null when the engine has ended and all are read.</summary>
    public async ValueTask<ClientEvent?> NextAsync(CancellationToken cancel)
    {
        while (await _events.Reader.WaitToReadAsync(cancel))
        {
            if (_events.Reader.TryRead(out var happened))
            {
                if (IsFromOutside(happened))
                {
                    Interlocked.Decrement(ref _waiting);
                }

                return happened;
            }
        }

        return null;
    }

    // The others are bounded by the backoff between attempts and the number of tunnels.
    private static bool IsFromOutside(ClientEvent happened) => happened is ConnectionOpened or ConnectionClosed or EdgeNotice;
}

using System.Net;
using System.Net.NetworkInformation;
using System.Threading.Channels;

namespace Mport.Client;

/// <summary>Tells when the machine's addresses have changed: another network, another address, a link that went down (REL-14).</summary>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class NetworkWatch(EngineContext context)
{
    // A change comes as several events: addresses go, others come, of each family.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs until cancelled.</summary>
    /// <param name="changed">Gets the addresses that the machine has now.</param>
    /// <param name="stop">The end of the run.</param>
    public async Task RunAsync(Action<IReadOnlyCollection<IPAddress>> changed, CancellationToken stop)
    {
        var events = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = context.Surroundings.WatchNetwork(() => events.Writer.TryWrite(true));
        try
        {
            while (await events.Reader.WaitToReadAsync(stop))
            {
                await Task.Delay(Settle, context.Time, stop);
                events.Reader.TryRead(out _);
                changed(context.Surroundings.Addresses());
            }
        }
        catch (NetworkInformationException error)
        {
            // The system does not say what addresses it has: broken connections are found by their silence, then.
            context.TellDefect(error);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}

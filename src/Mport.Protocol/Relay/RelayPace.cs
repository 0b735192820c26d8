namespace Mport.Protocol.Relay;

/// <summary>How fast one direction of a relay may go at this moment: what it was begun with, and what has been put into its slots since.</summary>
/// <param name="options">The relay's.</param>
/// <param name="toVisitor">Which direction: to the visitor, or from there.</param>
internal readonly struct RelayPace(RelayOptions options, bool toVisitor)
{
    /// <summary>Whether nothing holds it back now.</summary>
    public bool IsFree
    {
        get
        {
            if (Of(options.Bandwidth) is not null)
            {
                return false;
            }

            foreach (var slot in options.Slots)
            {
                if (Of(slot.Current) is not null)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The most that should be asked for at one time, and no more than this.</summary>
    public int AtMost(int bytes)
    {
        bytes = Math.Min(bytes, Of(options.Bandwidth)?.Quantum ?? bytes);
        foreach (var slot in options.Slots)
        {
            bytes = Math.Min(bytes, Of(slot.Current)?.Quantum ?? bytes);
        }

        return bytes;
    }

    /// <summary>Waits until so many bytes may pass.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (Of(options.Bandwidth) is { } begun)
        {
            await begun.TakeAsync(bytes, cancellationToken);
        }

        foreach (var slot in options.Slots)
        {
            if (Of(slot.Current) is { } now)
            {
                await now.TakeAsync(bytes, cancellationToken);
            }
        }
    }

    private Bandwidth? Of(BandwidthPair? pair) => toVisitor ? pair?.ToVisitor : pair?.FromVisitor;
}

namespace Mport.Protocol.Relay;

/// <summary>A place for a bandwidth that may come, change or go while relays run: each of them looks before each piece. Thread-safe.</summary>
public sealed class BandwidthSlot
{
    private volatile BandwidthPair? _current;

    /// <summary>What holds now; null while there is no limit.</summary>
    public BandwidthPair? Current
    {
        get => _current;
        set => _current = value;
    }
}

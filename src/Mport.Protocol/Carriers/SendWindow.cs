namespace Mport.Protocol.Carriers;

/// <summary>What this side may still send on one stream. Pure; not thread-safe.</summary>
internal struct SendWindow()
{
    private long _left = ReceiveWindow.InitialBytes;

    /// <summary>Whether anything may be sent.</summary>
    public readonly bool HasRoom => _left > 0;

    /// <summary>The peer has made room; false when that is more than the wire can count.</summary>
    public bool TryAdd(uint bytes)
    {
        if (_left + bytes > int.MaxValue)
        {
            return false;
        }

        _left += bytes;
        return true;
    }

    /// <summary>Takes room for at most so many bytes, and gives for how many there was.</summary>
    public int Take(int wanted)
    {
        var count = (int)Math.Min(_left, wanted);
        _left -= count;
        return count;
    }
}

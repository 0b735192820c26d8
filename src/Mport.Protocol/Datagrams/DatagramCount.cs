namespace Mport.Protocol.Datagrams;

/// <summary>Datagrams that have passed or were dropped, added to as they flow. Thread-safe.</summary>
public sealed class DatagramCount
{
    private static readonly int _reasons = Enum.GetValues<DatagramDrop>().Length;

    private readonly long[] _dropped = new long[_reasons];
    private long _fromSocket;
    private long _toSocket;
    private DatagramCount? _total;

    /// <summary>Datagrams read from a socket and given to a stream.</summary>
    public long FromSocket => Interlocked.Read(ref _fromSocket);

    /// <summary>Datagrams that came on a stream and were sent on a socket.</summary>
    public long ToSocket => Interlocked.Read(ref _toSocket);

    /// <summary>Datagrams that were dropped, whatever the reason.</summary>
    public long AllDropped => Enum.GetValues<DatagramDrop>().Sum(Dropped);

    /// <summary>Datagrams that were dropped for a reason.</summary>
    public long Dropped(DatagramDrop reason) => Interlocked.Read(ref _dropped[(int)reason]);

    /// <summary>From now on, a wider count gets the same datagrams.</summary>
    public void CountAlsoIn(DatagramCount total) => Volatile.Write(ref _total, total);

    /// <summary>Counts datagrams from a socket.</summary>
    public void AddFromSocket(int datagrams)
    {
        Interlocked.Add(ref _fromSocket, datagrams);
        Volatile.Read(ref _total)?.AddFromSocket(datagrams);
    }

    /// <summary>Counts datagrams to a socket.</summary>
    public void AddToSocket(int datagrams)
    {
        Interlocked.Add(ref _toSocket, datagrams);
        Volatile.Read(ref _total)?.AddToSocket(datagrams);
    }

    /// <summary>Counts dropped datagrams.</summary>
    public void AddDropped(DatagramDrop reason, int datagrams = 1)
    {
        Interlocked.Add(ref _dropped[(int)reason], datagrams);
        Volatile.Read(ref _total)?.AddDropped(reason, datagrams);
    }
}

/// <summary>Why a datagram was dropped.</summary>
public enum DatagramDrop
{
    /// <summary>The carrier was behind: more waited for it than may, and this was the oldest; or there was no carrier.</summary>
    Behind,

    /// <summary>The receiving socket had no room.</summary>
    SocketFull,

    /// <summary>The target, or the way to it or to the visitor, refused it.</summary>
    Refused,

    /// <summary>It was larger than the way to its receiver takes.</summary>
    TooLarge,

    /// <summary>It belonged to a visitor that was forgotten.</summary>
    Unknown,

    /// <summary>It would have sent more to a visitor than is sent to one that has not been seen to receive anything.</summary>
    Unverified,

    /// <summary>No visitor can have its source address.</summary>
    BadSource,

    /// <summary>The bandwidth of the tunnel or its account was used up.</summary>
    OverBandwidth,

    /// <summary>A quota of the tunnel, its token or its account is used up.</summary>
    OverQuota,

    /// <summary>A rule of the tunnel keeps the visitor's address out.</summary>
    PolicyRefused,
}

using Mport.Protocol.Transport;

namespace Mport.Protocol.Resume;

/// <summary>One connection of a resumable transport, with the reader of its records and a count of who is inside it: it is disposed when nobody is.</summary>
internal sealed class HeldConnection(ICarrierTransport transport)
{
    private int _inside;
    private int _disposed;
    private volatile bool _lost;

    public ICarrierTransport Transport { get; } = transport;

    public ResumeRecordReader Records { get; } = new();

    /// <summary>Whether it was given up.</summary>
    public bool IsLost => _lost;

    /// <summary>Whether nobody reads or writes.</summary>
    public bool IsLeft => Volatile.Read(ref _inside) == 0;

    /// <summary>Somebody reads or writes, until <see cref="Leave"/>.</summary>
    public HeldConnection Enter()
    {
        Interlocked.Increment(ref _inside);
        return this;
    }

    /// <summary>Gives true when that was the last one.</summary>
    public bool Leave() => Interlocked.Decrement(ref _inside) == 0;

    /// <summary>It is given up: reads and writes fail from here on.</summary>
    public void Lose()
    {
        _lost = true;
        Transport.Abort();
    }

    /// <summary>Disposes the transport, once.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? Transport.DisposeAsync() : ValueTask.CompletedTask;
}

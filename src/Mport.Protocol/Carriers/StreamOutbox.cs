using System.Runtime.CompilerServices;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Carriers;

/// <summary>The sending half of a stream: how much it may send, and whether it has ended. One lock, under which nothing waits.</summary>
internal sealed class StreamOutbox
{
    private readonly Lock _gate = new();
    private readonly Signal _credited = new(inline: false);
    private SendWindow _window = new();
    private StreamFault? _fault;
    private bool _ended;

    /// <summary>Whether this side has ended its direction.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    /// <summary>Waits until the peer's window has room.</summary>
    /// <exception cref="StreamException">The stream is broken, or this side has ended its direction.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_fault is not null || _ended)
                {
                    throw (_fault ?? StreamFault.Ended).ToException();
                }

                if (_window.HasRoom)
                {
                    return;
                }
            }

            await _credited.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes room for at most so many bytes, and gives for how many there was.</summary>
    public int Take(int wanted)
    {
        lock (_gate)
        {
            return _window.Take(wanted);
        }
    }

    /// <summary>The peer has made room; false when that is more than the wire can count.</summary>
    public bool TryAdd(uint bytes)
    {
        lock (_gate)
        {
            if (!_window.TryAdd(bytes))
            {
                return false;
            }
        }

        _credited.Set();
        return true;
    }

    /// <summary>Ends this side's direction; false when it has ended, or the stream is broken.</summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            if (_ended || _fault is not null)
            {
                return false;
            }

            _ended = true;
            return true;
        }
    }

    /// <summary>Why the stream is broken, or that it has ended.</summary>
    public StreamException Fault()
    {
        lock (_gate)
        {
            return (_fault ?? StreamFault.Ended).ToException();
        }
    }

    /// <summary>Fails the writer.</summary>
    public void Break(StreamFault fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
        }

        _credited.Set();
    }
}

using System.Buffers;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Datagrams;

/// <summary>
/// Reads records straight from the carrier's buffer and gives them on. It takes everything that comes, so that a datagram stream never holds its
/// window back; the one record that a buffer's end cuts in two is put together here. Where the stream breaks meanwhile, the carrier's reader may still be
/// at work here: the memory for that record is then left to the collector, not given back to the pool.
/// </summary>
internal sealed class DatagramSink(DatagramStream stream, IDatagramReceiver receiver) : IReceiveSink
{
    private byte[] _partial = [];
    private int _filled;

    /// <summary>What the peer did wrong, after which nothing is taken.</summary>
    public StreamException? Fault { get; private set; }

    public int Take(ReadOnlySpan<byte> bytes)
    {
        if (Fault is not null)
        {
            return 0;
        }

        try
        {
            var rest = bytes;
            while (_filled > 0 && !rest.IsEmpty)
            {
                Complete(ref rest);
            }

            while (DatagramRecord.TryRead(ref rest, out var record))
            {
                Give(record);
            }

            Keep(rest);
            receiver.Flush();
            return bytes.Length;
        }
        catch (StreamException fault)
        {
            Fault = fault;
            return 0;
        }
    }

    /// <summary>The peer has ended its direction.</summary>
    /// <exception cref="StreamException">It did so within a record.</exception>
    public void End()
    {
        if (_filled > 0)
        {
            throw new StreamException(ProtocolErrors.StreamReset, "The stream ended within a record.");
        }
    }

    private void Complete(ref ReadOnlySpan<byte> rest)
    {
        var count = Math.Min(rest.Length, DatagramRecord.Needed(_partial.AsSpan(0, _filled)) - _filled);
        rest[..count].CopyTo(_partial.AsSpan(_filled));
        _filled += count;
        rest = rest[count..];

        ReadOnlySpan<byte> whole = _partial.AsSpan(0, _filled);
        if (DatagramRecord.TryRead(ref whole, out var record))
        {
            Give(record);
            ArrayPool<byte>.Shared.Return(_partial);
            (_partial, _filled) = ([], 0);
        }
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty)
        {
            _partial = ArrayPool<byte>.Shared.Rent(DatagramRecord.MaxBytes);
            rest.CopyTo(_partial);
            _filled = rest.Length;
        }
    }

    private void Give(in DatagramRecord record)
    {
        if (record.Type == DatagramRecordType.Datagram)
        {
            if (!receiver.OnDatagram(record.Visitor, record.Payload))
            {
                stream.Forget(record.Visitor);
            }
        }
        else if (record.Address is { } address)
        {
            receiver.OnVisitor(record.Visitor, address);
        }
        else
        {
            receiver.OnForget(record.Visitor);
        }
    }
}

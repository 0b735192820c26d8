using System.Buffers;
using Mport.Protocol.Carriers;
using Mport.Protocol.Resume;

namespace Mport.Protocol.Tests.Resume;

/// <summary>One side of the model: a <see cref="ResumeState"/> whose wire is a list of bytes that the test delivers, cuts and loses as it likes.</summary>
internal sealed class ModelSide(ResumeOptions options, long peerWindow)
{
    private readonly List<byte> _wire = [];
    private ResumeRecordReader _reader = new();
    private byte _written;

    public ResumeState State { get; } = new(options, peerWindow);

    /// <summary>What this side's carrier wrote, and what the peer's bytes came out as.</summary>
    public List<byte> Sent { get; } = [];

    public List<byte> Came { get; } = [];

    /// <summary>Bytes on their way to the peer.</summary>
    public int OnTheWay => _wire.Count;

    /// <summary>The carrier writes a batch; false when there is no room, and the peer is asked.</summary>
    public bool Write(int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ResumeRecordHeader.HeadRoom + length);
        if (!State.TryTakeRoom(buffer.Length))
        {
            State.Ask();
            return false;
        }

        for (var i = 0; i < length; i++)
        {
            Sent.Add(_written);
            buffer[ResumeRecordHeader.HeadRoom + i] = _written++;
        }

        State.Add(buffer, ResumeRecordHeader.HeadRoom, length);
        return true;
    }

    /// <summary>One write onto the present connection, of which so many bytes get through before the connection breaks; all of them with null.</summary>
    public bool Pump(int? through = null)
    {
        if (!State.TryNextWrite(1, out var write))
        {
            return false;
        }

        _wire.AddRange(write.Span[..Math.Min(through ?? write.Length, write.Length)]);
        State.WriteDone();
        return true;
    }

    /// <summary>The next bytes on the way arrive at the peer, in one read.</summary>
    public void Deliver(ModelSide peer, int bytes)
    {
        var input = _wire.Take(bytes).ToArray();
        _wire.RemoveRange(0, input.Length);
        peer.Receive(input);
    }

    /// <summary>The connection is lost with all that is on its way.</summary>
    public void Cut()
    {
        _wire.Clear();
        _reader = new ResumeRecordReader();
    }

    public void AckTimer()
    {
        State.TryStartAckTimer();
        State.OnAckTimer();
    }

    /// <summary>What a heartbeat's answer would tell: a trifle is not acknowledged alone.</summary>
    public void AskForTheRest()
    {
        if (State.Kept > 0)
        {
            State.Ask();
        }
    }

    private void Receive(ReadOnlySpan<byte> input)
    {
        while (_reader.Read(ref input, out var data, out var offset) is var type && type != ResumeRecordType.None)
        {
            switch (type)
            {
                case ResumeRecordType.Data:
                    State.OnData(data.Length);
                    Came.AddRange(data);
                    break;
                case ResumeRecordType.Acknowledgement:
                    Assert.True(State.OnAcknowledgement(offset, 1), "an honest peer acknowledges nothing twice");
                    break;
                default:
                    State.OnAsk();
                    break;
            }
        }
    }
}

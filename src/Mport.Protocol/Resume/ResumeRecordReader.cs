using System.Buffers.Binary;

namespace Mport.Protocol.Resume;

/// <summary>
/// Takes the records of one connection apart. Data is given in the pieces in which it comes, so that a record's length never decides how much
/// memory it takes; of headers, what is not whole is kept here. Pure; not thread-safe.
/// </summary>
internal sealed class ResumeRecordReader
{
    private readonly byte[] _stash = new byte[ResumeRecordHeader.Size + ResumeRecordHeader.OffsetSize];
    private int _stashed;
    private int _dataLeft;

    /// <summary>Reads up to the next piece of data or the next other record; <see cref="ResumeRecordType.None"/> once the input is used up.</summary>
    /// <param name="input">Moves past what was read.</param>
    /// <param name="data">A piece of data, part of the input.</param>
    /// <param name="offset">What an acknowledgement says; not negative.</param>
    /// <exception cref="ProtocolException">The input is not legal.</exception>
    public ResumeRecordType Read(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data, out long offset)
    {
        data = default;
        offset = 0;
        while (true)
        {
            if (_dataLeft > 0)
            {
                data = input[..Math.Min(_dataLeft, input.Length)];
                input = input[data.Length..];
                _dataLeft -= data.Length;
                return data.IsEmpty ? ResumeRecordType.None : ResumeRecordType.Data;
            }

            if (!TryStash(ref input, ResumeRecordHeader.Size))
            {
                return ResumeRecordType.None;
            }

            var header = ResumeRecordHeader.Read(_stash);
            switch (header.Type)
            {
                case ResumeRecordType.Data:
                    _dataLeft = header.Length;
                    _stashed = 0;
                    break;
                case ResumeRecordType.Acknowledgement when !TryStash(ref input, _stash.Length):
                    return ResumeRecordType.None;
                case ResumeRecordType.Acknowledgement:
                    offset = BinaryPrimitives.ReadInt64BigEndian(_stash.AsSpan(ResumeRecordHeader.Size));
                    _stashed = 0;
                    return ResumeRecordType.Acknowledgement;
                default:
                    _stashed = 0;
                    return header.Type;
            }
        }
    }

    private bool TryStash(ref ReadOnlySpan<byte> input, int wanted)
    {
        var count = Math.Min(wanted - _stashed, input.Length);
        if (count > 0)
        {
            input[..count].CopyTo(_stash.AsSpan(_stashed));
            input = input[count..];
            _stashed += count;
        }

        return _stashed >= wanted;
    }
}

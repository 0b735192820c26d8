using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mport.Protocol.Transport.Records;

/// <summary>
/// Receives records, many with one call, and opens them straight into the buffer of whoever reads. While nothing comes in, it holds no buffer.
/// One read at a time.
/// </summary>
internal sealed class TlsRecordReader(Socket socket, RecordCipher cipher, TlsRecordWriter writer, bool isClient) : IDisposable
{
    // 256 KiB is 16 records: past it one receive brought no more throughput on loopback.
    private const int ReadAheadBytes = 256 * 1024;

    // Records without data cost work and give nothing; a peer that sends only those is up to no good.
    private const int MaxRecordsWithoutData = 32;

    private byte[]? _input;
    private int _start;
    private int _end;
    private int _openedStart;
    private int _openedEnd;
    private int _withoutData;
    private int _reading;
    private bool _ended;

    /// <summary>True when data is here and opened.</summary>
    public bool HasOpened => _openedEnd > _openedStart;

    private bool HasWholeRecord => RecordSize.Whole(_input.AsSpan(_start, _end - _start)) > 0;

    /// <summary>Gives it what came together with the handshake's last message.</summary>
    public void Prepend(ReadOnlySpan<byte> bytes)
    {
        _input = ArrayPool<byte>.Shared.Rent(Math.Max(ReadAheadBytes, bytes.Length));
        bytes.CopyTo(_input);
        _end = bytes.Length;
    }

    /// <summary>Reads at least one byte; 0 at the end. With an empty buffer it waits until there is something.</summary>
    /// <exception cref="IOException">The connection broke, or the peer broke the rules.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("One read at a time.");
        }

        try
        {
            while (true)
            {
                if (buffer.IsEmpty)
                {
                    if (_ended || HasOpened || HasWholeRecord)
                    {
                        return 0;
                    }

                    if (_input is null)
                    {
                        await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
                        return 0;
                    }
                }
                else if (Open(buffer.Span) is > 0 and var read)
                {
                    return read;
                }
                else if (_ended)
                {
                    return 0;
                }

                await ReceiveAsync(cancellationToken);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException($"The connection broke while it was read from: {error.Message}", error);
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <inheritdoc />
    public void Dispose() => cipher.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        var input = _input ??= ArrayPool<byte>.Shared.Rent(ReadAheadBytes);
        if (_start > 0)
        {
            input.AsSpan(_start, _end - _start).CopyTo(input);
            _end -= _start;
            _start = 0;
        }

        var received = await socket.ReceiveAsync(input.AsMemory(_end), SocketFlags.None, cancellationToken);
        if (received == 0)
        {
            // No alert has announced this end. What is above ends its streams itself and takes a missing end for a torn connection.
            _ended = true;
            if (_end > 0)
            {
                throw new IOException("The other side closed the connection in the middle of a TLS record.");
            }

            Release();
        }

        _end += received;
    }

    // Opens all whole records that there is room for. One for which there is none is opened where it lies, so that HasOpened tells the truth.
    private int Open(Span<byte> output)
    {
        var filled = TakeOpened(output);
        while (!HasOpened && !_ended && RecordSize.Whole(_input.AsSpan(_start, _end - _start)) is > 0 and var length)
        {
            var record = _input.AsSpan(_start, length);
            var inner = length - RecordSize.Header - RecordSize.Tag;
            var direct = output.Length - filled >= inner;
            var target = direct ? output[filled..] : record[RecordSize.Header..];
            var type = cipher.Open(record, target, out var content);
            if (type != TlsContentType.ApplicationData || content == 0)
            {
                Handle(type, target[..content]);
            }
            else if (direct)
            {
                filled += content;
                _withoutData = 0;
            }
            else
            {
                _withoutData = 0;
                _openedStart = _start + RecordSize.Header;
                _openedEnd = _openedStart + content;
                filled += filled == 0 ? TakeOpened(output) : 0;
            }

            _start += length;
        }

        if (_start == _end && !HasOpened)
        {
            Release();
        }

        return filled;
    }

    private int TakeOpened(Span<byte> output)
    {
        var count = Math.Min(output.Length, _openedEnd - _openedStart);
        _input.AsSpan(_openedStart, count).CopyTo(output);
        _openedStart += count;
        return count;
    }

    private void Handle(TlsContentType type, ReadOnlySpan<byte> content)
    {
        if (++_withoutData > MaxRecordsWithoutData)
        {
            throw new IOException("The other side sends TLS records without data.");
        }

        switch (type)
        {
            case TlsContentType.ApplicationData:
                return;
            case TlsContentType.Alert when content is [_, PostHandshake.AlertCloseNotify]:
                _ended = true;
                return;
            case TlsContentType.Alert when content is [_, PostHandshake.AlertUserCanceled]:
                return;
            case TlsContentType.Alert when content is [_, var alert]:
                throw new IOException($"The other side ended TLS with alert {alert}.");
            case TlsContentType.Handshake:
                HandleMessages(content);
                return;
            default:
                throw new IOException($"The other side broke the rules of TLS: a record with content of type {(byte)type}.");
        }
    }

    private void HandleMessages(ReadOnlySpan<byte> content)
    {
        do
        {
            switch (PostHandshake.Take(ref content, out var body))
            {
                // Sessions are not resumed: a handshake is rare, and each has fresh keys (SEC-28).
                case PostHandshake.NewSessionTicket when isClient:
                    break;
                case PostHandshake.KeyUpdate when content.IsEmpty && body is [PostHandshake.UpdateNotRequested or PostHandshake.UpdateRequested]:
                    cipher.UpdateKey();
                    if (body[0] == PostHandshake.UpdateRequested)
                    {
                        writer.AskForKeyUpdate();
                    }

                    break;
                case var message:
                    throw new IOException($"The other side sent TLS handshake message {message} after the handshake.");
            }
        }
        while (!content.IsEmpty);
    }

    private void Release()
    {
        if (_input is { } input)
        {
            _input = null;
            ArrayPool<byte>.Shared.Return(input);
        }

        _start = 0;
        _end = 0;
        _openedStart = 0;
        _openedEnd = 0;
    }
}

using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mport.Protocol.Transport.Records;

/// <summary>Seals what is written and sends it, many records with one call. One write at a time.</summary>
internal sealed class TlsRecordWriter(Socket socket, RecordCipher cipher) : IDisposable
{
    // As many records as one send takes.
    private const int ContentPerSend = 16 * RecordSize.MaxContent;

    // Of AES-GCM no key should seal more than 2^24.5 records (RFC 8446, 5.5).
    private const ulong RecordsPerKey = 1UL << 24;

    private static readonly byte[] KeyUpdate = [PostHandshake.KeyUpdate, 0, 0, 1, PostHandshake.UpdateNotRequested];

    private int _writing;
    private volatile bool _keyUpdateDue;
    private bool _broken;

    /// <summary>The peer wants a new key before the next record. From any thread.</summary>
    public void AskForKeyUpdate() => _keyUpdateDue = true;

    /// <summary>Seals all of it, and completes when all of it is with the network.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // Two writers at once would use a nonce twice, and that gives the key away.
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("One write at a time.");
        }

        byte[]? output = null;
        try
        {
            ObjectDisposedException.ThrowIf(_broken, this);
            while (!bytes.IsEmpty)
            {
                var content = bytes[..Math.Min(bytes.Length, ContentPerSend)];
                output ??= ArrayPool<byte>.Shared.Rent(RecordSize.Sealed(content.Length) + RecordSize.Sealed(KeyUpdate.Length));
                var length = Seal(content.Span, output);
                // Half a record may be on its way when this fails: nothing may follow it.
                _broken = true;
                for (var sent = 0; sent < length;)
                {
                    sent += await socket.SendAsync(output.AsMemory(sent, length - sent), SocketFlags.None, cancellationToken);
                }

                _broken = false;
                bytes = bytes[content.Length..];
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException($"The connection broke while it was written to: {error.Message}", error);
        }
        finally
        {
            if (output is not null)
            {
                ArrayPool<byte>.Shared.Return(output);
            }

            Volatile.Write(ref _writing, 0);
        }
    }

    /// <inheritdoc />
    public void Dispose() => cipher.Dispose();

    private int Seal(ReadOnlySpan<byte> content, Span<byte> output)
    {
        var length = 0;
        if (_keyUpdateDue || cipher.Records > RecordsPerKey)
        {
            _keyUpdateDue = false;
            length = cipher.Seal(TlsContentType.Handshake, KeyUpdate, output);
            cipher.UpdateKey();
        }

        while (!content.IsEmpty)
        {
            var record = content[..Math.Min(content.Length, RecordSize.MaxContent)];
            length += cipher.Seal(TlsContentType.ApplicationData, record, output[length..]);
            content = content[record.Length..];
        }

        return length;
    }
}

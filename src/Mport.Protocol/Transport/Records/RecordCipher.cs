using System.Buffers.Binary;
using System.Security.Cryptography;
using Mport.Protocol.Transport.OpenSsl;

namespace Mport.Protocol.Transport.Records;

/// <summary>
/// Seals or opens the records of one direction with OpenSSL's AEAD, from one buffer into another, so that the cipher's pass over the bytes is the
/// only one. Not thread-safe: each record has its number, and a number is never used twice.
/// </summary>
internal sealed unsafe class RecordCipher : IDisposable
{
    private readonly TrafficSecret _secret;
    private readonly bool _seals;
    private readonly byte[] _nonce = new byte[CipherSuite.NonceBytes];
    private readonly CipherContextHandle _context;
    private ulong _records;

    private RecordCipher(TrafficSecret secret, bool seals)
    {
        _secret = secret;
        _seals = seals;
        _context = LibCrypto.EVP_CIPHER_CTX_new();
        OpenSslLibrary.Check(!_context.IsInvalid, "make a cipher");
        SetKey();
    }

    /// <summary>Records sealed or opened with the present key.</summary>
    public ulong Records => _records;

    /// <summary>For the direction that this side sends.</summary>
    public static RecordCipher ForSealing(TrafficSecret secret) => new(secret, seals: true);

    /// <summary>For the direction that this side receives.</summary>
    public static RecordCipher ForOpening(TrafficSecret secret) => new(secret, seals: false);

    /// <summary>Seals one record.</summary>
    /// <param name="type">What the content is.</param>
    /// <param name="content">1 to <see cref="RecordSize.MaxContent"/> bytes.</param>
    /// <param name="output">Room for the content and <see cref="RecordSize.Overhead"/>.</param>
    /// <returns>The length of the record.</returns>
    public int Seal(TlsContentType type, ReadOnlySpan<byte> content, Span<byte> output)
    {
        var length = content.Length + RecordSize.Overhead;
        if (content.Length is 0 or > RecordSize.MaxContent || output.Length < length)
        {
            throw new ArgumentException($"{content.Length} bytes do not make a record in {output.Length}.", nameof(content));
        }

        output[0] = (byte)TlsContentType.ApplicationData;
        BinaryPrimitives.WriteUInt16BigEndian(output[1..], 0x0303);
        BinaryPrimitives.WriteUInt16BigEndian(output[3..], (ushort)(length - RecordSize.Header));
        var typeByte = (byte)type;
        var held = false;
        try
        {
            _context.DangerousAddRef(ref held);
            var context = _context.DangerousGetHandle();
            fixed (byte* from = content, to = output)
            {
                int written;
                var body = to + RecordSize.Header;
                OpenSslLibrary.Check(
                    Begin(context, to)
                    && LibCrypto.EVP_CipherUpdate(context, body, &written, from, content.Length) == 1
                    && LibCrypto.EVP_CipherUpdate(context, body + content.Length, &written, &typeByte, 1) == 1
                    && LibCrypto.EVP_CipherFinal_ex(context, body + content.Length + 1, &written) == 1
                    && LibCrypto.EVP_CIPHER_CTX_ctrl(context, LibCrypto.CipherCtrlGetTag, RecordSize.Tag, body + content.Length + 1) == 1,
                    "seal a TLS record");
            }
        }
        finally
        {
            if (held)
            {
                _context.DangerousRelease();
            }
        }

        return length;
    }

    /// <summary>Opens one record.</summary>
    /// <param name="record">The whole record with its header.</param>
    /// <param name="output">Room for the body without its tag; may be the body itself.</param>
    /// <param name="content">The length of the content, which stands at the start of the output.</param>
    /// <returns>What the content is.</returns>
    /// <exception cref="IOException">The record is not one that the peer has sealed, or breaks the rules.</exception>
    public TlsContentType Open(ReadOnlySpan<byte> record, Span<byte> output, out int content)
    {
        var inner = record.Length - RecordSize.Header - RecordSize.Tag;
        if (record[0] != (byte)TlsContentType.ApplicationData || inner < 1 || record.Length > RecordSize.Header + RecordSize.MaxBody)
        {
            throw new IOException($"The other side broke the rules of TLS: a record of type {record[0]} and {record.Length} bytes.");
        }

        if (output.Length < inner)
        {
            throw new ArgumentException($"The record opens to {inner} bytes.", nameof(output));
        }

        if (!TryOpen(record, output, inner))
        {
            LibCrypto.ERR_clear_error();
            throw new IOException("A TLS record was changed on its way, or is not from the other side.");
        }

        content = inner - 1;
        while (content > 0 && output[content] == 0)
        {
            content--;
        }

        return (TlsContentType)output[content] is var type && content <= RecordSize.MaxContent
            ? type
            : throw new IOException("The other side broke the rules of TLS: a record's content is longer than 16 KiB.");
    }

    /// <summary>Changes to the next key, and begins to count records anew.</summary>
    public void UpdateKey()
    {
        _secret.Update();
        SetKey();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _context.Dispose();
        _secret.Forget();
    }

    private bool TryOpen(ReadOnlySpan<byte> record, Span<byte> output, int inner)
    {
        var held = false;
        try
        {
            _context.DangerousAddRef(ref held);
            var context = _context.DangerousGetHandle();
            fixed (byte* from = record, to = output)
            {
                int written;
                var body = from + RecordSize.Header;
                return Begin(context, from)
                    && LibCrypto.EVP_CIPHER_CTX_ctrl(context, LibCrypto.CipherCtrlSetTag, RecordSize.Tag, body + inner) == 1
                    && LibCrypto.EVP_CipherUpdate(context, to, &written, body, inner) == 1
                    && LibCrypto.EVP_CipherFinal_ex(context, to + inner, &written) == 1;
            }
        }
        finally
        {
            if (held)
            {
                _context.DangerousRelease();
            }
        }
    }

    // The nonce is the record's number mixed into the secret's own; the header is authenticated with the record (RFC 8446, 5.2 and 5.3).
    private bool Begin(nint context, byte* header)
    {
        var number = _records++;
        var nonce = stackalloc byte[CipherSuite.NonceBytes];
        var bytes = new Span<byte>(nonce, CipherSuite.NonceBytes);
        _nonce.CopyTo(bytes);
        var low = bytes[4..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ number);
        int written;
        return LibCrypto.EVP_CipherInit_ex(context, 0, 0, null, nonce, _seals ? 1 : 0) == 1
            && LibCrypto.EVP_CipherUpdate(context, null, &written, header, RecordSize.Header) == 1;
    }

    private void SetKey()
    {
        var key = _secret.Key();
        _secret.Nonce().CopyTo(_nonce, 0);
        _records = 0;
        var held = false;
        try
        {
            _context.DangerousAddRef(ref held);
            fixed (byte* bytes = key)
            {
                OpenSslLibrary.Check(
                    LibCrypto.EVP_CipherInit_ex(_context.DangerousGetHandle(), _secret.Suite.Cipher(), 0, bytes, null, _seals ? 1 : 0) == 1, "set a key");
            }
        }
        finally
        {
            if (held)
            {
                _context.DangerousRelease();
            }

            CryptographicOperations.ZeroMemory(key);
        }
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using Mport.Protocol.Transport.Records;

namespace Mport.Protocol.Tests.Transport.Records;

/// <summary>The records of a peer that a test plays, legal or not, by .NET's AES-GCM: a second implementation beside the one under test.</summary>
internal sealed class PeerRecords(byte[] secret)
{
    private TrafficSecret _secret = new(Suite, [.. secret]);
    private ulong _sealed;
    private ulong _opened;

    public static CipherSuite Suite => CipherSuite.Find(0x1301) ?? throw new InvalidOperationException();

    /// <summary>Makes a record with this inside: content, type, padding.</summary>
    public byte[] Seal(TlsContentType type, ReadOnlySpan<byte> content, int padding = 0)
    {
        byte[] inner = [.. content, (byte)type, .. new byte[padding]];
        var record = new byte[5 + inner.Length + 16];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(inner.Length + 16));
        using var gcm = new AesGcm(_secret.Key(), 16);
        gcm.Encrypt(Nonce(_sealed++), inner, record.AsSpan(5, inner.Length), record.AsSpan(5 + inner.Length), record.AsSpan(0, 5));
        return record;
    }

    /// <summary>Opens a record that the side under test has sealed.</summary>
    public (TlsContentType Type, byte[] Content) Open(ReadOnlySpan<byte> record)
    {
        var inner = new byte[record.Length - 21];
        using var gcm = new AesGcm(_secret.Key(), 16);
        gcm.Decrypt(Nonce(_opened++), record[5..^16], record[^16..], inner, record[..5]);
        return ((TlsContentType)inner[^1], inner[..^1]);
    }

    /// <summary>Goes on to the next key.</summary>
    public void UpdateKey()
    {
        _secret.Update();
        _sealed = 0;
        _opened = 0;
    }

    private byte[] Nonce(ulong number)
    {
        var nonce = _secret.Nonce();
        var low = nonce.AsSpan(4);
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ number);
        return nonce;
    }
}

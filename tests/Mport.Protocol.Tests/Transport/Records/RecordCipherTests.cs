using System.Security.Cryptography;
using Mport.Protocol.Transport.OpenSsl;
using Mport.Protocol.Transport.Records;

namespace Mport.Protocol.Tests.Transport.Records;

public sealed class RecordCipherTests
{
    public RecordCipherTests() => Assert.SkipUnless(OpenSslLibrary.IsPresent, "There is no OpenSSL 3 here.");

    [Fact]
    public void Rfc8448_KeysAndRecord_AreAsInTheStandardsExample()
    {
        // RFC 8448, section 3: the client's application data after a simple handshake.
        var secret = new TrafficSecret(PeerRecords.Suite, Convert.FromHexString("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"));
        Assert.Equal("17422dda596ed5d9acd890e3c63f5051", Convert.ToHexStringLower(secret.Key()));
        Assert.Equal("5b78923dee08579033e523d9", Convert.ToHexStringLower(secret.Nonce()));
        using var cipher = RecordCipher.ForSealing(secret);
        var content = Enumerable.Range(0, 50).Select(i => (byte)i).ToArray();
        var record = new byte[content.Length + RecordSize.Overhead];

        Assert.Equal(record.Length, cipher.Seal(TlsContentType.ApplicationData, content, record));

        Assert.Equal(
            "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4",
            Convert.ToHexStringLower(record));
    }

    [Theory]
    [InlineData(0x1301)]
    [InlineData(0x1302)]
    [InlineData(0x1303)]
    public void EverySuite_OpensWhatItSeals_AlsoAfterAKeyUpdate(int id)
    {
        var (seal, open) = Pair(id);
        using var _ = seal;
        using var __ = open;
        foreach (var size in (int[])[1, 15, 16, 17, 1000, RecordSize.MaxContent])
        {
            var content = RandomNumberGenerator.GetBytes(size);
            var record = new byte[size + RecordSize.Overhead];
            seal.Seal(TlsContentType.ApplicationData, content, record);
            var output = new byte[size + 1];

            Assert.Equal(TlsContentType.ApplicationData, open.Open(record, output, out var length));
            Assert.Equal(content, output[..length]);
            seal.UpdateKey();
            open.UpdateKey();
        }
    }

    [Fact]
    public void OpenedWhereItLies_GivesTheSame()
    {
        var (seal, open) = Pair();
        using var _ = seal;
        using var __ = open;
        var content = RandomNumberGenerator.GetBytes(5000);
        var record = new byte[content.Length + RecordSize.Overhead];
        seal.Seal(TlsContentType.ApplicationData, content, record);

        open.Open(record, record.AsSpan(RecordSize.Header), out var length);

        Assert.Equal(content, record.AsSpan(RecordSize.Header, length));
    }

    [Fact]
    public void AnyBitChanged_IsRefused()
    {
        for (var bit = 0; bit < (3 + RecordSize.Overhead) * 8; bit++)
        {
            var (seal, open) = Pair();
            using var _ = seal;
            using var __ = open;
            var record = new byte[3 + RecordSize.Overhead];
            seal.Seal(TlsContentType.ApplicationData, "abc"u8, record);
            record[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Throws<IOException>(() => open.Open(record, new byte[100], out var length));
        }
    }

    [Fact]
    public void SameRecordAgain_OrLeftOut_IsRefused() // SEC-28
    {
        var (seal, open) = Pair();
        using var _ = seal;
        using var __ = open;
        var first = new byte[1 + RecordSize.Overhead];
        var second = new byte[1 + RecordSize.Overhead];
        seal.Seal(TlsContentType.ApplicationData, "1"u8, first);
        seal.Seal(TlsContentType.ApplicationData, "2"u8, second);
        open.Open(first, new byte[2], out var length);
        Assert.Equal(1, length);

        Assert.Throws<IOException>(() => open.Open(first, new byte[2], out length));

        var (sealAgain, openAgain) = Pair();
        using var ___ = sealAgain;
        using var ____ = openAgain;
        Assert.Throws<IOException>(() => openAgain.Open(second, new byte[2], out length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public void Padding_IsTakenOff(int padding)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        using var open = RecordCipher.ForOpening(new TrafficSecret(PeerRecords.Suite, [.. secret]));
        var record = new PeerRecords(secret).Seal(TlsContentType.ApplicationData, "abc"u8, padding);
        var output = new byte[record.Length];

        Assert.Equal(TlsContentType.ApplicationData, open.Open(record, output, out var length));

        Assert.Equal("abc"u8, output.AsSpan(0, length));
    }

    [Fact]
    public void ContentOverTheLimit_IsRefused_AndAtItIsNot()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        using var open = RecordCipher.ForOpening(new TrafficSecret(PeerRecords.Suite, [.. secret]));
        var peer = new PeerRecords(secret);
        var output = new byte[RecordSize.MaxBody];
        open.Open(peer.Seal(TlsContentType.ApplicationData, new byte[RecordSize.MaxContent], padding: 239), output, out var length);
        Assert.Equal(RecordSize.MaxContent, length);

        Assert.Throws<IOException>(() => open.Open(peer.Seal(TlsContentType.ApplicationData, new byte[RecordSize.MaxContent + 1]), output, out length));
        Assert.Throws<IOException>(() => open.Open(peer.Seal(TlsContentType.ApplicationData, new byte[RecordSize.MaxContent], padding: 240), output, out length));
    }

    [Fact]
    public void Disposed_RefusesToSeal()
    {
        var (seal, open) = Pair();
        open.Dispose();
        seal.Dispose();

        Assert.Throws<ObjectDisposedException>(() => seal.Seal(TlsContentType.ApplicationData, "abc"u8, new byte[100]));
    }

    private static (RecordCipher Seal, RecordCipher Open) Pair(int id = 0x1301)
    {
        var suite = CipherSuite.Find(id) ?? throw new InvalidOperationException();
        var secret = Enumerable.Range(0, suite.HashBytes).Select(i => (byte)i).ToArray();
        return (RecordCipher.ForSealing(new TrafficSecret(suite, [.. secret])), RecordCipher.ForOpening(new TrafficSecret(suite, [.. secret])));
    }
}

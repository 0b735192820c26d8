using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mport.Protocol.ProxyProtocol;

namespace Mport.Protocol.Tests.ProxyProtocol;

public sealed class ProxyHeaderTests
{
    private const string Signature = "0d0a0d0a000d0a515549540a";

    /// <summary>What haproxy's specification shows and what other programs send.</summary>
    public static TheoryData<string, string, string> GoldenV1 => new()
    {
        { "192.168.0.1:56324", "192.168.0.11:443", "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n" },
        { "[2001:db8::1]:1", "[2001:db8::2]:65535", "PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n" },
        { "255.255.255.255:65535", "255.255.255.255:65535", "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n" },
    };

    public static TheoryData<ProxyTransport, string, string, string> GoldenV2 => new()
    {
        { ProxyTransport.Stream, "192.0.2.7:54321", "198.51.100.1:443", Signature + "21 11 000c c0000207 c6336401 d431 01bb" },
        { ProxyTransport.Datagram, "192.0.2.7:54321", "198.51.100.1:53", Signature + "21 12 000c c0000207 c6336401 d431 0035" },
        {
            ProxyTransport.Stream, "[2001:db8::1]:54321", "[2001:db8::2]:443",
            Signature + "21 21 0024 20010db8000000000000000000000001 20010db8000000000000000000000002 d431 01bb"
        },
        {
            ProxyTransport.Datagram, "[2001:db8::1]:54321", "[2001:db8::2]:443",
            Signature + "21 22 0024 20010db8000000000000000000000001 20010db8000000000000000000000002 d431 01bb"
        },
    };

    [Theory]
    [MemberData(nameof(GoldenV1))]
    public void Version1_GoldenBytes_BothWays(string source, string destination, string line)
    {
        var header = ProxyHeader.Of(ProxyTransport.Stream, IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        Assert.Equal(line, Encoding.ASCII.GetString(ProxyHeaderV1.Write(header)));
        AssertReads(Encoding.ASCII.GetBytes(line), header);
    }

    [Theory]
    [MemberData(nameof(GoldenV2))]
    public void Version2_GoldenBytes_BothWays(ProxyTransport transport, string source, string destination, string hex)
    {
        var header = ProxyHeader.Of(transport, IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        Assert.Equal(Bytes(hex), ProxyHeaderV2.Write(header));
        AssertReads(Bytes(hex), header);
    }

    [Fact]
    public void UnknownVisitor_IsWrittenAsSuch()
    {
        Assert.Equal("PROXY UNKNOWN\r\n", Encoding.ASCII.GetString(ProxyHeaderV1.Write(ProxyHeader.Unknown)));
        Assert.Equal(Bytes(Signature + "20 00 0000"), ProxyHeaderV2.Write(ProxyHeader.Unknown));
        AssertReads(ProxyHeaderV1.Write(ProxyHeader.Unknown), ProxyHeader.Unknown);
        AssertReads(ProxyHeaderV2.Write(ProxyHeader.Unknown), ProxyHeader.Unknown);
    }

    [Theory]
    [InlineData("192.0.2.7:1", "[2001:db8::2]:2", "PROXY TCP6 ::ffff:192.0.2.7 2001:db8::2 1 2\r\n")]
    [InlineData("[::ffff:192.0.2.7]:1", "[::ffff:198.51.100.1]:2", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n")]
    [InlineData("[fe80::1%3]:1", "[fe80::2%3]:2", "PROXY TCP6 fe80::1 fe80::2 1 2\r\n")]
    [InlineData("192.0.2.7:1", null, "PROXY TCP4 192.0.2.7 0.0.0.0 1 0\r\n")]
    public void Addresses_AreMadeFitForTheWire(string source, string? destination, string line) =>
        Assert.Equal(line, Encoding.ASCII.GetString(ProxyHeaderV1.Write(
            ProxyHeader.Of(ProxyTransport.Stream, IPEndPoint.Parse(source), destination is null ? null : IPEndPoint.Parse(destination)))));

    [Theory]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff 65535 65535\r\n")]
    [InlineData("PROXY UNKNOWN\r\n")]
    public void Version1_Unknown_TellsNoAddress(string line) => AssertReads(Encoding.ASCII.GetBytes(line), ProxyHeader.Unknown);

    [Theory]
    [InlineData("20 11 000c c0000207 c6336401 d431 01bb")] // LOCAL with addresses, which say nothing
    [InlineData("20 ff 0002 ffff")] // LOCAL with what else there may be
    [InlineData("21 00 0000")] // unspecified
    [InlineData("21 10 000c c0000207 c6336401 d431 01bb")] // an address, but of what?
    public void Version2_WithoutAddressToBelieve_TellsNone(string hex) => AssertReads(Bytes(Signature + hex), ProxyHeader.Unknown);

    [Fact]
    public void Version2_UnixSocket_TellsNoAddress() => AssertReads(Bytes(Signature + "21 31 00d8" + new string('0', 432)), ProxyHeader.Unknown);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n")] // no CR
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 1 2 3\r\n")]
    [InlineData("PROXY  TCP4 192.0.2.7 198.51.100.1 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 1 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 1 -2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.07 198.51.100.1 1 2\r\n")]
    [InlineData("PROXY TCP4 192.2 198.51.100.1 1 2\r\n")]
    [InlineData("PROXY TCP4 0xc0000207 198.51.100.1 1 2\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP6 [2001:db8::1] 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY\r\n")]
    [InlineData("proxy TCP4 192.0.2.7 198.51.100.1 1 2\r\n")]
    public void WhatIsNoVersion1Header_IsRefused(string text) =>
        Assert.Equal(ProxyHeaderResult.Invalid, ProxyHeaderReader.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));

    [Theory]
    [InlineData("0d0a0d0a000d0a515549540b 21 11 000c c0000207 c6336401 d431 01bb")] // one bit of the signature
    [InlineData(Signature + "11 11 000c c0000207 c6336401 d431 01bb")] // version 1
    [InlineData(Signature + "22 11 000c c0000207 c6336401 d431 01bb")] // a command that does not exist
    [InlineData(Signature + "21 41 000c c0000207 c6336401 d431 01bb")] // a family that does not exist
    [InlineData(Signature + "21 13 000c c0000207 c6336401 d431 01bb")] // a transport that does not exist
    [InlineData(Signature + "21 11 000b c0000207 c6336401 d431 01")] // one byte short of two addresses
    [InlineData(Signature + "21 21 000c c0000207 c6336401 d431 01bb")] // half of two IPv6 addresses
    [InlineData(Signature + "21 11 000e c0000207 c6336401 d431 01bb 0400")] // half a record's head
    [InlineData(Signature + "21 11 0010 c0000207 c6336401 d431 01bb 04 0002 00")] // a record that goes on past the end
    [InlineData(Signature + "21 11 0011 c0000207 c6336401 d431 01bb 03 0002 0000")] // a checksum of two bytes
    [InlineData(Signature + "21 11 0013 c0000207 c6336401 d431 01bb 03 0004 00000000")] // a checksum that is wrong
    public void WhatIsNoVersion2Header_IsRefused(string hex) =>
        Assert.Equal(ProxyHeaderResult.Invalid, ProxyHeaderReader.TryRead(Bytes(hex), out _, out _));

    [Fact]
    public void Version2_RecordsArePassedOver_AndARightChecksumIsBelieved()
    {
        // NOOP of three bytes, authority "a", CRC-32C; the checksum was computed with an implementation of its own below.
        var bytes = Bytes(Signature + "21 11 001d c0000207 c6336401 d431 01bb 04 0003 000000 02 0001 61 03 0004 00000000");
        Assert.Equal(ProxyHeaderResult.Invalid, ProxyHeaderReader.TryRead(bytes, out _, out _));

        var crc = Crc32C(bytes);
        bytes[^4] = (byte)(crc >> 24);
        bytes[^3] = (byte)(crc >> 16);
        bytes[^2] = (byte)(crc >> 8);
        bytes[^1] = (byte)crc;
        AssertReads(bytes, ProxyHeader.Of(ProxyTransport.Stream, IPEndPoint.Parse("192.0.2.7:54321"), IPEndPoint.Parse("198.51.100.1:443")));

        bytes[16] ^= 1;
        Assert.Equal(ProxyHeaderResult.Invalid, ProxyHeaderReader.TryRead(bytes, out _, out _));
    }

    [Theory]
    [InlineData(106, ProxyHeaderResult.Complete)]
    [InlineData(107, ProxyHeaderResult.Complete)]
    [InlineData(108, ProxyHeaderResult.Invalid)]
    public void Version1_LengthOfTheLine(int length, ProxyHeaderResult expected)
    {
        var line = Encoding.ASCII.GetBytes("PROXY UNKNOWN ".PadRight(length - 2, 'x') + "\r\n");
        Assert.Equal(expected, ProxyHeaderReader.TryRead(line, out _, out _));
        // And it is known without waiting for more than the longest line.
        Assert.Equal(
            length > 107 ? ProxyHeaderResult.Invalid : ProxyHeaderResult.Incomplete, ProxyHeaderReader.TryRead(line.AsSpan(0, length - 1), out _, out _));
    }

    [Theory]
    [InlineData(ProxyHeaderReader.MaxBytes - 1, ProxyHeaderResult.Complete)]
    [InlineData(ProxyHeaderReader.MaxBytes, ProxyHeaderResult.Complete)]
    [InlineData(ProxyHeaderReader.MaxBytes + 1, ProxyHeaderResult.Invalid)]
    public void Version2_LengthOfTheWhole(int length, ProxyHeaderResult expected)
    {
        var bytes = new byte[length];
        Bytes(Signature + "20 00").CopyTo(bytes, 0);
        bytes[14] = (byte)((length - 16) >> 8);
        bytes[15] = (byte)(length - 16);
        Assert.Equal(expected, ProxyHeaderReader.TryRead(bytes, out _, out _));
        // Looked at as soon as it is here, before anything waits for the rest.
        Assert.Equal(expected == ProxyHeaderResult.Invalid ? expected : ProxyHeaderResult.Incomplete, ProxyHeaderReader.TryRead(bytes.AsSpan(0, 16), out _, out _));
    }

    [Fact]
    public void AnyHeader_IsReadAsItWasWritten() =>
        Prop.ForAll<byte[], bool, bool>((seed, v6, datagram) =>
        {
            var bytes = new byte[36];
            seed.AsSpan(0, Math.Min(seed.Length, 36)).CopyTo(bytes);
            var size = v6 ? 16 : 4;
            var source = new IPEndPoint(new IPAddress(bytes.AsSpan(0, size)), (bytes[32] << 8) | bytes[33]);
            var destination = new IPEndPoint(new IPAddress(bytes.AsSpan(16, size)), (bytes[34] << 8) | bytes[35]);
            var header = ProxyHeader.Of(datagram ? ProxyTransport.Datagram : ProxyTransport.Stream, source, destination);
            AssertReads(ProxyHeaderV2.Write(header), header);
            AssertReads(ProxyHeaderV1.Write(header), datagram ? ProxyHeader.Unknown : header);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(40));

    [Fact]
    public void MutatedHeaders_NeverRaiseAnything() // SEC-21
    {
        var random = new Random(1);
        var originals = new[]
        {
            ProxyHeaderV1.Write(ProxyHeader.Of(ProxyTransport.Stream, IPEndPoint.Parse("192.0.2.7:54321"), IPEndPoint.Parse("198.51.100.1:443"))),
            ProxyHeaderV2.Write(ProxyHeader.Of(ProxyTransport.Stream, IPEndPoint.Parse("[2001:db8::1]:1"), IPEndPoint.Parse("[2001:db8::2]:2"))),
            Bytes(Signature + "21 11 0013 c0000207 c6336401 d431 01bb 04 0004 00000000"),
        };
        var read = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = (byte[])originals[i % originals.Length].Clone();
            for (var flips = random.Next(3); flips >= 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(bytes.Length + 1);
            var result = ProxyHeaderReader.TryRead(bytes.AsSpan(0, length), out _, out var used);
            Assert.True(result != ProxyHeaderResult.Complete || used <= length);
            read += result == ProxyHeaderResult.Complete ? 1 : 0;
        }

        Assert.InRange(read, 1, 199_999);
    }

    private static void AssertReads(byte[] bytes, ProxyHeader expected)
    {
        // Whatever follows is the visitor's.
        Assert.Equal(ProxyHeaderResult.Complete, ProxyHeaderReader.TryRead([.. bytes, 42, 43], out var header, out var length));
        Assert.Equal((bytes.Length, expected), (length, header));
        for (var part = 0; part < bytes.Length; part++)
        {
            Assert.Equal(ProxyHeaderResult.Incomplete, ProxyHeaderReader.TryRead(bytes.AsSpan(0, part), out _, out _));
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    // Bit by bit, with the reversed polynomial of RFC 3720.
    private static uint Crc32C(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}

using System.Net;
using Mport.Protocol.Datagrams;

namespace Mport.Protocol.Tests.Datagrams;

public sealed class DatagramRecordTests
{
    private static readonly IPEndPoint V4 = new(IPAddress.Parse("192.0.2.7"), 54321);
    private static readonly IPEndPoint V6 = new(IPAddress.Parse("2001:db8::7"), 53);

    [Fact]
    public void Records_HaveTheBytesOfTheProtocol()
    {
        var into = new byte[64];
        Assert.Equal("01000000070003", Hex(into, DatagramRecord.WriteHeader(into, 7, 3)));
        Assert.Equal("020000000704C0000207D431", Hex(into, DatagramRecord.WriteVisitor(into, 7, V4)));
        Assert.Equal("020000000806" + "20010DB8000000000000000000000007" + "0035", Hex(into, DatagramRecord.WriteVisitor(into, 8, V6)));
        Assert.Equal("0300000007", Hex(into, DatagramRecord.WriteForget(into, 7)));
    }

    [Fact]
    public void Bytes_AreReadAsTheyWereWritten()
    {
        var input = (ReadOnlySpan<byte>)Convert.FromHexString("020000000704C0000207D431" + "01000000070003616263" + "01000000070000" + "0300000007");

        Assert.True(DatagramRecord.TryRead(ref input, out var visitor));
        Assert.Equal((DatagramRecordType.Visitor, 7u), (visitor.Type, visitor.Visitor));
        Assert.Equal(V4, visitor.Address);
        Assert.True(DatagramRecord.TryRead(ref input, out var datagram));
        Assert.Equal("abc"u8.ToArray(), datagram.Payload.ToArray());
        Assert.True(DatagramRecord.TryRead(ref input, out var empty));
        Assert.Equal((DatagramRecordType.Datagram, 0), (empty.Type, empty.Payload.Length));
        Assert.True(DatagramRecord.TryRead(ref input, out var forget));
        Assert.Equal((DatagramRecordType.Forget, 7u), (forget.Type, forget.Visitor));
        Assert.False(DatagramRecord.TryRead(ref input, out _));
    }

    [Theory]
    [InlineData("00")] // No such type.
    [InlineData("04")]
    [InlineData("FF00000000")]
    [InlineData("0100000001FFE4")] // 65,508 bytes, one more than a datagram can have.
    [InlineData("0100000001FFFF")]
    [InlineData("020000000100")] // No such family.
    [InlineData("020000000105")]
    public void IllegalBytes_EndTheStream(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Throws<StreamException>(() =>
        {
            var input = (ReadOnlySpan<byte>)bytes;
            DatagramRecord.TryRead(ref input, out _);
        });
    }

    [Fact]
    public void LargestDatagram_IsLegal()
    {
        var bytes = new byte[DatagramRecord.MaxBytes];
        DatagramRecord.WriteHeader(bytes, 1, DatagramRecord.MaxPayload);
        var input = (ReadOnlySpan<byte>)bytes;

        Assert.True(DatagramRecord.TryRead(ref input, out var record));
        Assert.Equal(DatagramRecord.MaxPayload, record.Payload.Length);
    }

    [Fact]
    public void RecordsInAnyPieces_AreTheSameRecords()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var (bytes, wanted) = Compose(random);
            var heard = new RecordingReceiver();
            var sink = NewSink(heard);
            for (var at = 0; at < bytes.Length;)
            {
                var count = Math.Min(bytes.Length - at, random.Next(1, round % 3 == 0 ? 3 : 4000));
                Assert.Equal(count, sink.Take(bytes.AsSpan(at, count)));
                at += count;
            }

            sink.End();
            Assert.Equal(wanted, heard.All);
        }
    }

    [Fact]
    public void RandomBytes_RaiseNothingButAStreamException()
    {
        var random = new Random(2);
        var faults = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(1, 64)];
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(0, 5);
            var sink = NewSink(new RecordingReceiver());
            for (var at = 0; at < bytes.Length && sink.Fault is null; at += 7)
            {
                sink.Take(bytes.AsSpan(at, Math.Min(7, bytes.Length - at)));
            }

            faults += sink.Fault is null ? 0 : 1;
        }

        Assert.InRange(faults, 1000, 20_000);
    }

    [Fact]
    public void StreamThatEndsWithinARecord_IsNoOrderlyEnd()
    {
        var sink = NewSink(new RecordingReceiver());
        sink.Take(Convert.FromHexString("0100000007000361"));

        Assert.Throws<StreamException>(sink.End);
    }

    private static DatagramSink NewSink(RecordingReceiver receiver) => new(TestStreams.Make(DatagramStreamSide.Client, receiver), receiver);

    private static (byte[] Bytes, List<string> Wanted) Compose(Random random)
    {
        var bytes = new MemoryStream();
        var wanted = new List<string>();
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            var into = new byte[DatagramRecord.MaxBytes];
            var visitor = (uint)random.Next();
            switch (random.Next(4))
            {
                case 0:
                    var address = random.Next(2) == 0 ? V4 : V6;
                    bytes.Write(into, 0, DatagramRecord.WriteVisitor(into, visitor, address));
                    wanted.Add($"visitor {visitor} {address}");
                    break;
                case 1:
                    bytes.Write(into, 0, DatagramRecord.WriteForget(into, visitor));
                    wanted.Add($"forget {visitor}");
                    break;
                default:
                    var length = random.Next(8) == 0 ? DatagramRecord.MaxPayload : random.Next(0, 40);
                    var header = DatagramRecord.WriteHeader(into, visitor, length);
                    random.NextBytes(into.AsSpan(header, length));
                    bytes.Write(into, 0, header + length);
                    wanted.Add($"datagram {visitor} {Convert.ToHexString(into, header, length)}");
                    break;
            }
        }

        return (bytes.ToArray(), wanted);
    }

    private static string Hex(byte[] bytes, int length) => Convert.ToHexString(bytes, 0, length);
}

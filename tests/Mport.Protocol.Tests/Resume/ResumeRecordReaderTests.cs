using FsCheck;
using FsCheck.Fluent;
using Mport.Protocol.Errors;
using Mport.Protocol.Resume;

namespace Mport.Protocol.Tests.Resume;

public sealed class ResumeRecordReaderTests
{
    /// <summary>The wire's own bytes, those of docs/protocol.md: whoever changes them breaks every peer.</summary>
    public static TheoryData<string, string> Golden => new()
    {
        { "data abc", "01000003 616263" },
        { "acknowledge 2", "02000008 0000000000000002" },
        { "acknowledge 9223372036854775807", "02000008 7fffffffffffffff" },
        { "ask", "03000000" },
        { "acknowledge 258; data abc", "02000008 0000000000000102 01000003 616263" },
        { "data abc; ask; acknowledge 258; data de", "01000003 616263 03000000 02000008 0000000000000102 01000002 6465" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void GoldenBytes_AreRead_AlsoByteForByte(string records, string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));

        Assert.Equal(records, string.Join("; ", Read(new ResumeRecordReader(), bytes)));
        var sliced = new ResumeRecordReader();
        Assert.Equal(
            records.Replace("data abc", "data a; data b; data c").Replace("data de", "data d; data e"),
            string.Join("; ", bytes.SelectMany(single => Read(sliced, [single]))));
    }

    [Fact]
    public void GoldenBytes_AreWritten() // A batch with the acknowledgement that goes along; a lone acknowledgement; what a stalled sender asks.
    {
        var side = new ModelSide(new ResumeOptions(), 1 << 20);
        var peer = new ModelSide(new ResumeOptions(), 1 << 20);
        peer.Write(2);
        peer.Pump();
        peer.Deliver(side, peer.OnTheWay);
        side.Write(3);

        Assert.Equal("020000080000000000000002" + "01000003000102", Next(side));
        side.State.OnData(0x100);
        side.State.OnData(1);
        side.AckTimer();
        Assert.Equal("020000080000000000000103", Next(side));
        side.State.Ask();
        Assert.Equal("03000000", Next(side));
        Assert.False(side.State.TryNextWrite(1, out _));
    }

    [Theory]
    [InlineData("00000000")] // no type 0
    [InlineData("01000000")] // empty data
    [InlineData("02000007")] // an offset that is not 8 bytes
    [InlineData("02000009")]
    [InlineData("02ffffff")]
    [InlineData("03000001")] // an ask with a body
    [InlineData("04000000")]
    [InlineData("ff000000")]
    public void IllegalRecord_EndsTheCarrier(string hex) => // SEC-21
        Assert.Equal(ProtocolErrors.FrameInvalid, Assert.Throws<ProtocolException>(() => Read(new ResumeRecordReader(), Convert.FromHexString(hex)).ToList()).Description);

    [Fact]
    public void AnyBytes_GiveRecordsOrAProtocolException() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            for (var i = 0; i < bytes.Length; i += 5)
            {
                // Mostly types that exist.
                bytes[i] %= 5;
            }

            try
            {
                return Read(new ResumeRecordReader(), bytes).Count <= bytes.Length;
            }
            catch (ProtocolException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(64));

    private static string Next(ModelSide side)
    {
        Assert.True(side.State.TryNextWrite(1, out var write));
        side.State.WriteDone();
        return Convert.ToHexStringLower(write.Span);
    }

    private static List<string> Read(ResumeRecordReader reader, byte[] bytes)
    {
        var records = new List<string>();
        ReadOnlySpan<byte> input = bytes;
        while (reader.Read(ref input, out var data, out var offset) is var type && type != ResumeRecordType.None)
        {
            records.Add(type switch
            {
                ResumeRecordType.Data => $"data {System.Text.Encoding.ASCII.GetString(data)}",
                ResumeRecordType.Acknowledgement => $"acknowledge {offset}",
                _ => "ask",
            });
        }

        return records;
    }
}

using FsCheck;
using FsCheck.Fluent;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;

namespace Mport.Protocol.Tests.Frames;

public sealed class FrameHeaderTests
{
    /// <summary>The wire's own bytes: whoever changes them breaks every peer.</summary>
    public static TheoryData<string, string> Golden => new()
    {
        { "Data Syn 2 5", "00 00 0001 00000002 00000005" },
        { "Data None 4294967294 65536", "00 00 0000 fffffffe 00010000" },
        { "WindowUpdate Ack 1 262144", "00 01 0002 00000001 00040000" },
        { "WindowUpdate Fin 3 0", "00 01 0004 00000003 00000000" },
        { "WindowUpdate Rst 3 0", "00 01 0008 00000003 00000000" },
        { "Ping Syn 0 1", "00 02 0001 00000000 00000001" },
        { "Ping Ack 0 4294967295", "00 02 0002 00000000 ffffffff" },
        { "GoAway None 0 2", "00 03 0000 00000000 00000002" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void GoldenBytes_BothWays(string frame, string hex)
    {
        var words = frame.Split(' ');
        var header = new FrameHeader(
            Enum.Parse<FrameType>(words[0]), Enum.Parse<FrameFlags>(words[1]), uint.Parse(words[2]), uint.Parse(words[3]));
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));

        var written = new byte[FrameHeader.Size];
        header.Write(written);
        ReadOnlySpan<byte> input = bytes;

        Assert.Equal(bytes, written);
        Assert.True(FrameHeader.TryRead(ref input, out var read));
        Assert.Equal(header, read);
        Assert.True(input.IsEmpty);
    }

    [Theory]
    [InlineData("01 00 0000 00000001 00000000")] // version 1
    [InlineData("00 04 0000 00000001 00000000")] // type 4
    [InlineData("00 00 0010 00000001 00000000")] // flag 16
    [InlineData("00 00 0000 00000000 00000000")] // data on the carrier's own id
    [InlineData("00 02 0001 00000001 00000000")] // ping on a stream
    public void IllegalHeader_EndsTheSession(string hex) // SEC-21, SEC-29
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));

        var error = Assert.Throws<ProtocolException>(() =>
        {
            ReadOnlySpan<byte> input = bytes;
            FrameHeader.TryRead(ref input, out _);
        });

        Assert.Equal(ProtocolErrors.FrameInvalid, error.Description);
    }

    [Fact]
    public void PartOfAHeader_WaitsForTheRest()
    {
        for (var length = 0; length < FrameHeader.Size; length++)
        {
            ReadOnlySpan<byte> input = new byte[length];
            Assert.False(FrameHeader.TryRead(ref input, out _));
            Assert.Equal(length, input.Length);
        }
    }

    [Fact]
    public void AnyBytes_GiveAHeaderThatWritesThemAgain_OrAProtocolException() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            ReadOnlySpan<byte> input = bytes;
            try
            {
                if (!FrameHeader.TryRead(ref input, out var header))
                {
                    return bytes.Length < FrameHeader.Size;
                }

                var again = new byte[FrameHeader.Size];
                header.Write(again);
                return bytes.AsSpan(0, FrameHeader.Size).SequenceEqual(again);
            }
            catch (ProtocolException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(24));
}

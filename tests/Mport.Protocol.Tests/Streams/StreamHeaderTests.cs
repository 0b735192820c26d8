using System.Net;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Testing;

namespace Mport.Protocol.Tests.Streams;

public sealed class StreamHeaderTests
{
    public static TheoryData<StreamKind, int, string?, string?, string> Preludes => new()
    {
        { StreamKind.Tcp, 3, "192.0.2.7:54321", null, "000d 01 01 00000003 04 c0000207 d431" },
        { StreamKind.Http, 258, null, null, "0007 01 02 00000102 00" },
        { StreamKind.Tcp, 1, "[2001:db8::1]:443", null, "0019 01 01 00000001 06 20010db8000000000000000000000001 01bb" },
        { StreamKind.Tcp, 1, "[::ffff:192.0.2.7]:1", null, "000d 01 01 00000001 04 c0000207 0001" },
        { StreamKind.Tcp, 3, "192.0.2.7:54321", "198.51.100.1:20001", "0014 01 01 00000003 04 c0000207 d431 04 c6336401 4e21" },
        { StreamKind.Udp, 3, null, "[2001:db8::2]:20001", "001a 01 03 00000003 00 06 20010db8000000000000000000000002 4e21" },
    };

    [Theory]
    [MemberData(nameof(Preludes))]
    public async Task GoldenPrelude_BothWays(StreamKind kind, int tunnel, string? visitor, string? reached, string hex)
    {
        var prelude = new StreamPrelude { Kind = kind, Tunnel = tunnel, Visitor = Parse(visitor), Public = Parse(reached) };
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        Assert.Equal(bytes, prelude.ToBytes());

        var read = await SendAsync([.. bytes, 42], async stream =>
        {
            var first = await StreamPrelude.ReadAsync(stream, default);
            var next = new byte[10];
            Assert.Equal(1, await stream.ReadAsync(next, default)); // Not a byte more than its own was read.
            Assert.Equal(42, next[0]);
            return first;
        });

        Assert.Equal((kind, tunnel), (read.Kind, read.Tunnel));
        Assert.Equal(prelude.Visitor?.Address.MapToIPv6(), read.Visitor?.Address.MapToIPv6());
        Assert.Equal((prelude.Visitor?.Port, prelude.Public), (read.Visitor?.Port, read.Public));
    }

    [Fact]
    public async Task BytesOfALaterVersion_BehindThePrelude_ArePassedOver()
    {
        var read = await SendAsync(Convert.FromHexString("000a" + "0101" + "00000003" + "00" + "00" + "aabb"), s => StreamPrelude.ReadAsync(s, default).AsTask());
        Assert.Equal(3, read.Tunnel);
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0006 01 01 00000003")]
    [InlineData("0007 02 01 00000003 00")] // another version
    [InlineData("0007 01 09 00000003 00")] // a kind that does not exist
    [InlineData("0007 01 01 00000003 05")] // a family that does not exist
    [InlineData("0009 01 01 00000003 04 c000")] // half an address
    [InlineData("0008 01 01 00000003 00 05")] // the same for the address that was reached
    [InlineData("000a 01 01 00000003 00 04 c000")] // half of that address
    [InlineData("ffff 01 01")] // longer than any prelude
    [InlineData("0007 01 01")] // ends early
    public async Task WhatIsNotAPrelude_EndsTheStreamAlone(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        await Assert.ThrowsAsync<StreamException>(() => SendAsync(bytes, s => StreamPrelude.ReadAsync(s, default).AsTask()));
    }

    [Theory]
    [InlineData(StreamStatus.Connected, "", "0001 00")]
    [InlineData(StreamStatus.Refused, "no", "0003 01 6e6f")]
    [InlineData(StreamStatus.Overloaded, "\u00fc", "0003 05 c3bc")]
    public async Task GoldenAnswer_BothWays(StreamStatus status, string text, string hex)
    {
        var answer = new StreamAnswer(status, text);
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        Assert.Equal(bytes, answer.ToBytes());
        Assert.Equal(answer, await SendAsync(bytes, s => StreamAnswer.ReadAsync(s, default).AsTask()));
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0001 06")]
    [InlineData("0202 01")]
    public async Task WhatIsNotAnAnswer_EndsTheStreamAlone(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        await Assert.ThrowsAsync<StreamException>(() => SendAsync(bytes, s => StreamAnswer.ReadAsync(s, default).AsTask()));
    }

    [Fact]
    public async Task LongText_IsCut() =>
        Assert.Equal(512, (await SendAsync(new StreamAnswer(StreamStatus.Refused, new string('x', 5000)).ToBytes(), s => StreamAnswer.ReadAsync(s, default).AsTask())).Text.Length);

    [Fact]
    public void RandomBytes_NeverRaiseAnything() // SEC-21
    {
        var random = new Random(1);
        var buffer = new byte[64];
        var read = 0;
        for (var i = 0; i < 200_000; i++)
        {
            random.NextBytes(buffer);
            buffer[0] = 1;
            read += StreamPrelude.TryParse(buffer.AsSpan(0, random.Next(buffer.Length)), out _) ? 1 : 0;
        }

        Assert.InRange(read, 1, 199_999);
    }

    [Fact]
    public void EveryStatusButConnected_HasAFailure() =>
        Assert.All(
            Enum.GetValues<StreamStatus>().Where(s => s != StreamStatus.Connected),
            status => Assert.Contains(new StreamAnswer(status, "").ToFailure().Code, ConnectionErrorsList()));

    private static IPEndPoint? Parse(string? text) => text is null ? null : IPEndPoint.Parse(text);

    private static IEnumerable<ErrorCode> ConnectionErrorsList() => ErrorCatalog.All.Where(e => e.Code.Number / 100 == 13).Select(e => e.Code);

    private static async Task<T> SendAsync<T>(byte[] bytes, Func<Protocol.Carriers.CarrierStream, Task<T>> read)
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();
        await edge.WriteAsync(bytes, default);
        edge.CompleteWrites();
        return await read(client).Limited("the header");
    }
}

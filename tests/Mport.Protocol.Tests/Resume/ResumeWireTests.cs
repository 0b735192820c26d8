using System.Buffers.Binary;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Resume;

/// <summary>What a resumable carrier does with the records of a peer that is not ours.</summary>
public sealed class ResumeWireTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    [Fact]
    public async Task Carrier_SpeaksYamuxInsideRecords()
    {
        var (wire, carrier, _) = await CreateAsync();
        await wire.WriteAsync(Convert.FromHexString("01000009" + "000100010000000100" + "01000005" + "0000000000")); // A SYN, and the first bytes of a frame's header.
        await wire.WriteAsync(Convert.FromHexString("0100000b" + "0000000000010000000261" + "02000008" + "0000000000000000" + "01000001" + "62"));

        var stream = await carrier.AcceptStreamAsync(default).Limited("the stream inside the records");
        var buffer = new byte[2];
        await stream!.AsStream().ReadExactlyAsync(buffer).AsTask().Limited("its bytes");
        Assert.Equal("ab"u8.ToArray(), buffer);
    }

    [Fact]
    public async Task AcknowledgementBeyondWhatWasSent_EndsTheCarrier() // SEC-21
    {
        var (wire, _, run) = await CreateAsync();
        await wire.WriteAsync(Convert.FromHexString("02000008" + "00000000ffffffff"));
        Assert.Equal(ProtocolErrors.FrameInvalid.Code, (await run.Limited("the carrier to end")).Code);
    }

    [Theory]
    [InlineData("acknowledgements")]
    [InlineData("asks")]
    public async Task FloodOfRecordsThatSayNothing_EndsTheCarrier(string kind) // SEC-23
    {
        var (wire, _, run) = await CreateAsync();
        var one = Convert.FromHexString(kind == "asks" ? "03000000" : "02000008" + "0000000000000000");
        await wire.WriteAsync(Enumerable.Repeat(one, 2000).SelectMany(bytes => bytes).ToArray());
        Assert.Equal(ProtocolErrors.PeerFloods.Code, (await run.Limited("the carrier to end")).Code);
    }

    [Fact]
    public async Task LoneAcknowledgement_GoesAfterAQuarterOfASecond()
    {
        const int Frames = 25;
        var time = new ManualTimeProvider();
        var (wire, _, _) = await CreateAsync(out _, time);
        await ReadDataAsync(wire, FrameHeader.Size); // The first heartbeat: from here on the carrier has nothing to send.
        var answers = string.Concat(Enumerable.Repeat("000200020000000000000001", Frames));
        await wire.WriteAsync(Convert.FromHexString($"01{Frames * FrameHeader.Size:x6}" + answers));

        await time.WhenTimerAsync(due => due == TimeSpan.FromMilliseconds(250)).Limited("the acknowledgement's timer");
        time.Advance(TimeSpan.FromMilliseconds(250));

        var record = new byte[12];
        await wire.ReadExactlyAsync(record).AsTask().Limited("the acknowledgement");
        Assert.Equal($"02000008{Frames * FrameHeader.Size:x16}", Convert.ToHexStringLower(record));
    }

    [Fact]
    public async Task TrifleIsAcknowledged_WithTheNextHeartbeat()
    {
        var time = new ManualTimeProvider();
        var (wire, carrier, _) = await CreateAsync(out _, time);
        await ReadDataAsync(wire, FrameHeader.Size); // The first heartbeat.
        await wire.WriteAsync(Convert.FromHexString("0100000c" + "000200020000000000000001")); // Its answer.

        await Within.UntilAsync(() => carrier.RoundTrip is not null, "the answer to be heard");
        time.Advance(TimeSpan.FromSeconds(15));

        var record = new byte[12];
        await wire.ReadExactlyAsync(record).AsTask().Limited("the acknowledgement");
        Assert.Equal("02000008000000000000000c", Convert.ToHexStringLower(record));
        await ReadDataAsync(wire, FrameHeader.Size);
    }

    [Fact]
    public async Task ResumedCarrier_ReplaysFromTheOffsetThatThePeerNames_AndPassesOverWhatComesLate()
    {
        var (wire, carrier, _) = await CreateAsync(out var transport);
        await carrier.OpenStreamAsync("hello"u8.ToArray(), default);
        var first = await ReadDataAsync(wire, FrameHeader.Size + FrameHeader.Size + 5); // The heartbeat, and the stream's frame.
        transport().Suspend(Failure.Of(ConnectionErrors.ConnectionLost));

        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var next = Own(new NetworkStream(dialled, ownsSocket: true));
        Assert.True(transport().TryResume(new StreamTransport(new NetworkStream(accepted, ownsSocket: true)), 20, out _));

        Assert.Equal(first[20..], await ReadDataAsync(next, first.Length - 20));
        Assert.Equal(first.Length - 20, transport().ReplayedBytes);
        Assert.Equal(0, transport().Received);
    }

    [Fact]
    public async Task RandomRecords_NeverRaiseAnythingElse() // SEC-21, REL-45
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var (wire, carrier, run) = await CreateAsync();
            try
            {
                for (var i = 0; i < 30 && !run.IsCompleted; i++)
                {
                    await wire.WriteAsync(Nonsense(random));
                }
            }
            catch (IOException)
            {
                // It has ended the connection already.
            }

            carrier.Close(Failure.Of(ProtocolErrors.SessionClosed));
            Assert.InRange((await run.Limited($"the carrier to end (seed {seed})")).Code.Number, 1300, 1499);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    private static byte[] Nonsense(Random random)
    {
        var bytes = new byte[ResumeRecordHeader.Size + random.Next(1, 40)];
        random.NextBytes(bytes);
        var type = (ResumeRecordType)random.Next(1, 4);
        var body = type switch
        {
            ResumeRecordType.Data => bytes.Length - ResumeRecordHeader.Size,
            ResumeRecordType.Acknowledgement => ResumeRecordHeader.OffsetSize,
            _ => 0,
        };
        bytes = bytes[..(ResumeRecordHeader.Size + Math.Min(body, bytes.Length - ResumeRecordHeader.Size))];
        new ResumeRecordHeader(type, body).Write(bytes);
        if (type == ResumeRecordType.Acknowledgement && bytes.Length == ResumeRecordHeader.Size + ResumeRecordHeader.OffsetSize)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(ResumeRecordHeader.Size), random.Next(0, 14));
        }

        if (type == ResumeRecordType.Data && bytes.Length >= ResumeRecordHeader.Size + FrameHeader.Size)
        {
            new FrameHeader((FrameType)random.Next(0, 3), FrameFlags.Syn, (uint)random.Next(0, 5), (uint)random.Next(0, 30)).Write(bytes.AsSpan(ResumeRecordHeader.Size));
        }

        if (random.Next(10) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private static async Task<byte[]> ReadDataAsync(Stream wire, int count)
    {
        var data = new List<byte>();
        var reader = new ResumeRecordReader();
        var buffer = new byte[1000];
        while (data.Count < count)
        {
            var read = await wire.ReadAsync(buffer).AsTask().Limited("records on the wire");
            Collect(reader, buffer.AsSpan(0, read), data);
        }

        return [.. data];
    }

    private static void Collect(ResumeRecordReader reader, ReadOnlySpan<byte> input, List<byte> data)
    {
        while (reader.Read(ref input, out var piece, out _) is var type && type != ResumeRecordType.None)
        {
            data.AddRange(piece);
        }
    }

    private Task<(NetworkStream Wire, Carrier Carrier, Task<Failure> Run)> CreateAsync() => CreateAsync(out _);

    private Task<(NetworkStream Wire, Carrier Carrier, Task<Failure> Run)> CreateAsync(out Func<ResumableTransport> transport, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        ResumableTransport? made = null;
        transport = () => made ?? throw new InvalidOperationException("There is no transport yet.");
        return MakeAsync();

        async Task<(NetworkStream Wire, Carrier Carrier, Task<Failure> Run)> MakeAsync()
        {
            var (dialled, accepted) = await LoopbackPair.CreateAsync();
            made = new ResumableTransport(new StreamTransport(new NetworkStream(accepted, ownsSocket: true)), new ResumeOptions(), 1 << 20, time);
            var carrier = Own(new Carrier(made, CarrierRole.Edge, new CarrierOptions(), new MemoryBudget(1_000_000), time));
            return (Own(new NetworkStream(dialled, ownsSocket: true)), carrier, carrier.RunAsync(CancellationToken.None));
        }
    }

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}

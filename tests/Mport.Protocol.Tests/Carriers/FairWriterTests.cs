using System.Buffers;
using Mport.Protocol.Carriers;
using Mport.Protocol.Frames;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

/// <summary>
/// A small stream beside eight that have always something to send, on a link that takes one batch at a time: how many of their frames stand between two of its
/// messages. Exact, by the order of the frames; no clock.
/// </summary>
public sealed class FairWriterTests
{
    private const int BulkStreams = 8;

    [Fact]
    public async Task SmallStreamBesideEightBulkOnes_HasAFrameInEachRound() // REL-16
    {
        const uint Small = BulkStreams + 1;
        const int FramesInABatch = 4;
        var link = new SlowLink();
        var writer = new CarrierWriter(link, TimeProvider.System);
        var running = writer.RunAsync(CancellationToken.None);
        var senders = Enumerable.Range(1, BulkStreams + 1).Select(id => SendAsync(writer, (uint)id, id == Small ? 100 : CarrierWriter.MaxPayload, link)).ToList();

        var order = new List<uint>();
        while (order.Count < 50 * senders.Count)
        {
            order.AddRange(await link.TakeAsync());
            await link.WhenWaitingAsync(senders.Count);
            link.GoOn();
        }

        var places = order.Select((id, place) => (id, place)).Where(frame => frame.id == Small).Select(frame => frame.place).ToList();
        // Round by round one frame of each other stream; those that left in one batch with it may stand before it once more when it comes back.
        Assert.All(places.Skip(1).Zip(places.Skip(2)), pair => Assert.InRange(pair.Second - pair.First - 1, 1, BulkStreams + FramesInABatch - 1));
        Assert.All(Enumerable.Range(1, senders.Count), id => Assert.InRange(order.Count(frame => frame == id), (order.Count / (BulkStreams + FramesInABatch)) - 1, order.Count));
        await EndAsync(link, writer, running, senders);
    }

    [Fact]
    public async Task Batch_HoldsFourFullFrames_InABufferOfTheirSize() // What may stand before a small message in the writer itself.
    {
        var link = new SlowLink();
        var writer = new CarrierWriter(link, TimeProvider.System);
        var running = writer.RunAsync(CancellationToken.None);
        var senders = Enumerable.Range(1, BulkStreams).Select(id => SendAsync(writer, (uint)id, CarrierWriter.MaxPayload, link)).ToList();

        for (var i = 0; i < 20; i++)
        {
            var frames = await link.TakeAsync();
            Assert.InRange(frames.Count, 1, 4);
            Assert.InRange(link.BatchBytes, 1, 256 * 1024);
            await link.WhenWaitingAsync(BulkStreams);
            link.GoOn();
        }

        await EndAsync(link, writer, running, senders);
    }

    private static async Task EndAsync(SlowLink link, CarrierWriter writer, Task running, List<Task> senders)
    {
        link.Abort();
        writer.Close();
        await running.Limited("the writer to end");
        await Task.WhenAll(senders).Limited("the senders to end");
    }

    private static async Task SendAsync(CarrierWriter writer, uint id, int size, SlowLink link)
    {
        var frame = new WaitingFrame();
        using var payload = new WatchedPayload(size, link);
        while (true)
        {
            var sending = writer.AppendAsync(frame, new FrameHeader(FrameType.Data, FrameFlags.None, id, (uint)size), payload.Memory);
            link.Came();
            if (!await sending)
            {
                return;
            }
        }
    }

    /// <summary>Tells the link when the writer takes it.</summary>
    private sealed class WatchedPayload(int size, SlowLink link) : MemoryManager<byte>
    {
        private readonly byte[] _bytes = new byte[size];

        public override Memory<byte> Memory => CreateMemory(_bytes.Length);

        public override Span<byte> GetSpan()
        {
            link.Taken();
            return _bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>Takes one batch, and then none until it is told to go on.</summary>
    private sealed class SlowLink : ICarrierTransport
    {
        private readonly SemaphoreSlim _came = new(0);
        private readonly SemaphoreSlim _goOn = new(0);
        private readonly Lock _gate = new();
        private List<uint> _frames = [];
        private int _waiting;
        private int _wanted = int.MaxValue;
        private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _ended;

        public int BatchBytes { get; private set; }

        public bool HasBufferedInput => false;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
        {
            if (_ended)
            {
                return;
            }

            _frames = Read(batch.Span);
            BatchBytes = batch.Length;
            _came.Release();
            await _goOn.WaitAsync(cancellationToken);
        }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => ValueTask.FromResult(0);

        public void Abort()
        {
            _ended = true;
            _goOn.Release();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public async Task<List<uint>> TakeAsync()
        {
            await _came.WaitAsync().Limited("a batch");
            return _frames;
        }

        /// <summary>A sender has come: it stands in the queue, or was taken at once.</summary>
        public void Came()
        {
            lock (_gate)
            {
                if (++_waiting >= _wanted)
                {
                    _reached.TrySetResult();
                }
            }
        }

        /// <summary>The writer has taken a payload.</summary>
        public void Taken()
        {
            lock (_gate)
            {
                _waiting--;
            }
        }

        /// <summary>Waits until so many senders stand in the queue. The writer takes none of them before <see cref="GoOn"/>.</summary>
        public Task WhenWaitingAsync(int senders)
        {
            lock (_gate)
            {
                _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _wanted = senders;
                if (_waiting >= senders)
                {
                    _reached.TrySetResult();
                }

                return _reached.Task.Limited($"{senders} senders to wait");
            }
        }

        public void GoOn() => _goOn.Release();

        private static List<uint> Read(ReadOnlySpan<byte> batch)
        {
            var frames = new List<uint>();
            while (FrameHeader.TryRead(ref batch, out var header))
            {
                frames.Add(header.StreamId);
                batch = batch[(int)header.Length..];
            }

            return frames;
        }
    }
}

using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

/// <summary>A carrier whose peer is the test itself, which writes and reads the bytes of the wire.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly NetworkStream _wire;

    private RawPeer(Socket socket, Carrier carrier)
    {
        _wire = new NetworkStream(socket, ownsSocket: true);
        Carrier = carrier;
        Run = carrier.RunAsync(CancellationToken.None);
    }

    public Carrier Carrier { get; }

    public Task<Failure> Run { get; }

    /// <summary>A carrier of the given role, whose peer the test is.</summary>
    public static async Task<RawPeer> CreateAsync(CarrierRole role, CarrierOptions? options = null)
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var transport = new StreamTransport(new NetworkStream(accepted, ownsSocket: true));
        return new RawPeer(dialled, new Carrier(transport, role, options ?? new CarrierOptions(), new MemoryBudget(1_000_000), TimeProvider.System));
    }

    public async Task SendAsync(FrameType type, FrameFlags flags, uint stream, uint length, byte[]? payload = null)
    {
        var bytes = new byte[FrameHeader.Size + (payload?.Length ?? 0)];
        new FrameHeader(type, flags, stream, length).Write(bytes);
        payload?.CopyTo(bytes, FrameHeader.Size);
        await SendRawAsync(bytes);
    }

    public Task SendRawAsync(byte[] bytes) => _wire.WriteAsync(bytes).Limited("the wire to take bytes");

    /// <summary>The next frame but heartbeats, with its payload.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReceiveAsync()
    {
        while (true)
        {
            var bytes = new byte[FrameHeader.Size];
            await _wire.ReadExactlyAsync(bytes).Limited("a frame on the wire");
            var header = Read(bytes);
            var payload = new byte[header.Type == FrameType.Data ? header.Length : 0];
            await _wire.ReadExactlyAsync(payload).Limited("a frame's payload");
            if (header.Type != FrameType.Ping)
            {
                return (header, payload);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        await Carrier.DisposeAsync();
    }

    private static FrameHeader Read(ReadOnlySpan<byte> bytes) =>
        FrameHeader.TryRead(ref bytes, out var header) ? header : throw new InvalidOperationException("A header of 12 bytes is whole.");
}

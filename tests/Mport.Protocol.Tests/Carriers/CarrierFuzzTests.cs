using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

/// <summary>Seeded nonsense on a live carrier: it ends with a reason or goes on, and nothing else ever happens (SEC-21, REL-45).</summary>
public sealed class CarrierFuzzTests
{
    [Theory]
    [InlineData(CarrierRole.Edge)]
    [InlineData(CarrierRole.Client)]
    public async Task MutatedFrames_NeverRaiseAnythingElse(CarrierRole role)
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            await using var peer = await RawPeer.CreateAsync(role);
            try
            {
                for (var i = 0; i < 20 && !peer.Run.IsCompleted; i++)
                {
                    await peer.SendRawAsync(Nonsense(random));
                }
            }
            catch (IOException)
            {
                // It has ended the connection already.
            }

            peer.Carrier.Close(Failure.Of(ProtocolErrors.SessionClosed));
            var reason = await peer.Run.Limited($"the carrier to end (seed {seed})");
            Assert.InRange(reason.Code.Number, 1300, 1499);
            Assert.Equal(0, peer.Carrier.StreamCount);
        }
    }

    private static byte[] Nonsense(Random random)
    {
        var type = (FrameType)random.Next(0, 4);
        var length = (uint)random.Next(0, 40);
        var bytes = new byte[FrameHeader.Size + (type == FrameType.Data ? length : 0)];
        random.NextBytes(bytes);
        var id = type is FrameType.Ping or FrameType.GoAway ? 0u : (uint)random.Next(1, 9);
        new FrameHeader(type == FrameType.GoAway ? FrameType.Ping : type, (FrameFlags)random.Next(0, 16), id, length).Write(bytes);
        if (random.Next(8) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return random.Next(10) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
    }
}

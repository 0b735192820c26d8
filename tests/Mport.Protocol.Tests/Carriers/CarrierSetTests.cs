using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

public sealed class CarrierSetTests
{
    [Fact]
    public async Task NewStream_GoesToTheCarrierWithTheFewest()
    {
        await using var one = await CarrierPair.CreateAsync();
        await using var two = await CarrierPair.CreateAsync();
        var set = new CarrierSet();
        set.Add(0, one.Edge);
        set.Add(1, two.Edge);
        for (var i = 0; i < 10; i++)
        {
            await set.OpenStreamAsync(new byte[1], default).Limited("a stream");
        }

        Assert.Equal((5, 5), (one.Edge.StreamCount, two.Edge.StreamCount));
        Assert.Equal(10, set.StreamCount);
    }

    [Fact]
    public async Task CarrierThatHasEnded_IsPassedOver()
    {
        await using var ended = await CarrierPair.CreateAsync();
        await using var running = await CarrierPair.CreateAsync();
        await running.Edge.OpenStreamAsync(new byte[1], default).Limited("a stream");
        var set = new CarrierSet();
        set.Add(0, ended.Edge);
        set.Add(1, running.Edge);
        ended.Edge.Close(Failure.Of(ConnectionErrors.ConnectionLost));

        await set.OpenStreamAsync(new byte[1], default).Limited("a stream on the carrier that is left");

        Assert.Equal(2, running.Edge.StreamCount);
    }

    [Fact]
    public async Task MoreStreamsThanTheSessionMayHave_AreRefused()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var set = new CarrierSet(maxStreams: 1);
        set.Add(0, pair.Edge);
        await pair.Client.OpenStreamAsync(new byte[1], default).Limited("a stream of the other side, such as the control stream, which does not count");
        await pair.Edge.AcceptStreamAsync(default).Limited("that stream");
        await set.OpenStreamAsync(new byte[1], default).Limited("the stream that is allowed");

        var refused = await Assert.ThrowsAsync<StreamException>(() => set.OpenStreamAsync(new byte[1], default).Limited("one too many"));

        Assert.Equal(ConnectionErrors.ClientOverloaded, refused.Description);
    }

    [Fact]
    public async Task EmptySet_RefusesAndIsNotSaidToBeRunning()
    {
        var set = new CarrierSet();

        Assert.Equal(ProtocolErrors.SessionClosed, (await Assert.ThrowsAsync<StreamException>(() => set.OpenStreamAsync(new byte[1], default).AsTask())).Description);
        Assert.Null(set.RoundTrip);
        Assert.Empty(set.All);
    }

    [Fact]
    public async Task IndexThatIsTaken_GoesToTheNewcomer_AndTheOldOneCannotRemoveIt()
    {
        await using var old = await CarrierPair.CreateAsync();
        await using var anew = await CarrierPair.CreateAsync();
        var set = new CarrierSet();
        set.Add(3, old.Edge);

        Assert.Same(old.Edge, set.Add(3, anew.Edge));
        Assert.False(set.Remove(3, old.Edge));
        Assert.Same(anew.Edge, set.Find(3));
        Assert.Null(set.Find(0));
    }
}

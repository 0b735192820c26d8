using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Testing;

namespace Mport.Client.Tests;

/// <summary>Several carriers of one session, without resume.</summary>
public sealed class CarriersTests
{
    [Fact]
    public async Task GrantedCarriers_AreOpenedBesideTheFirst_AndStreamsComeOnEach()
    {
        await using var target = TargetServers.Echo();
        await using var edge = Edge(3);
        await using var client = RunningClient.Start(Options(edge, 8, target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var joined = new[] { await session.JoinedAsync(), await session.JoinedAsync() };

        Assert.Equal([1, 2], joined.Select(one => one.Hello.Carrier).Order());
        Assert.All(joined, one => Assert.Equal((session.Id, session.Hello.Instance, 8), (one.Hello.Session, one.Hello.Instance, one.Hello.Carriers)));
        foreach (var carrier in session.Carriers.All)
        {
            var stream = await carrier.OpenStreamAsync(new StreamPrelude { Kind = StreamKind.Tcp, Tunnel = 1 }.ToBytes(), default).Limited("a stream");
            Assert.Equal(StreamStatus.Connected, (await StreamAnswer.ReadAsync(stream, default).Limited("its answer")).Status);
        }
    }

    [Fact]
    public async Task ClientThatAsksForOne_GetsOne()
    {
        await using var edge = Edge(8);
        await using var client = RunningClient.Start(Options(edge, 1, 9));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        await client.Events.NextAsync<TunnelReady>();
        await client.StopAsync();
        await client.EndAsync();

        Assert.Equal(1, edge.Greetings);
    }

    [Fact]
    public async Task SecondCarrierLost_OnlyItsStreamsEnd_AndItIsDialledAgain()
    {
        await using var target = TargetServers.Echo();
        await using var edge = Edge(2);
        await using var client = RunningClient.Start(Options(edge, 2, target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var second = (await session.JoinedAsync()).Carrier;
        var kept = await StreamOnAsync(session.Carrier);
        var lost = await StreamOnAsync(second);

        second.Close(Failure.Of(ConnectionErrors.ConnectionLost));
        await Assert.ThrowsAsync<StreamException>(() => lost.ReadAsync(new byte[1], default).Limited("the end of the lost stream"));
        Assert.Equal(1, (await session.JoinedAsync()).Hello.Carrier);
        await EchoesAsync(kept);

        Assert.DoesNotContain(client.Events.All, one => one is SessionLost);
        Assert.Equal(ClientState.Online, client.Client.Status.State);
    }

    [Fact]
    public async Task FirstCarrierLost_TheControlStreamComesBack_WithWhatWasNotAnswered()
    {
        await using var target = TargetServers.Echo();
        await using var edge = Edge(2);
        await using var client = RunningClient.Start(
            Options(edge, 2, target.Port) with { Tunnels = [RunningClient.Tcp(target.Port, "a"), RunningClient.Tcp(target.Port, "b")] });
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var unanswered = await session.ReceiveAsync<OpenTunnel>();
        await client.Events.NextAsync<TunnelReady>();
        var kept = await StreamOnAsync((await session.JoinedAsync()).Carrier);

        session.Carrier.Close(Failure.Of(ConnectionErrors.ConnectionLost));
        Assert.Equal(0, (await session.JoinedAsync()).Hello.Carrier);
        var again = await session.ReceiveAsync<OpenTunnel>();
        await session.SendAsync(new TunnelOpened { Request = again.Request, Tunnel = "tun_b", Number = 2, Urls = ["tcp://localhost:20002"] });

        Assert.Equal((unanswered.Request, unanswered.Name), (again.Request, again.Name));
        Assert.Equal("b", (await client.Events.NextAsync<TunnelReady>()).Tunnel.Name);
        Assert.Equal(["tcp://localhost:20001"], client.Client.Status.Tunnels[0].Urls);
        await EchoesAsync(kept);
        Assert.DoesNotContain(client.Events.All, one => one is SessionLost);
    }

    [Fact]
    public async Task SecondCarrierThatNeverComesAbout_TheSessionWorksWithOne()
    {
        await using var target = TargetServers.Echo();
        await using var edge = Edge(2);
        edge.Admit = hello => hello.Carrier == 0 ? null : Failure.Of(ProtocolErrors.EdgeFull, retry: true);
        await using var client = RunningClient.Start(Options(edge, 2, target.Port), new Surroundings { Random = () => 0.01 });
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        for (var i = 0; i < 3; i++)
        {
            await EchoesAsync(await StreamOnAsync(session.Carrier));
        }

        Assert.DoesNotContain(client.Events.All, one => one is SessionLost);
    }

    [Fact]
    public async Task AllCarriersLost_AnotherSessionFollows()
    {
        await using var edge = Edge(2);
        await using var client = RunningClient.Start(Options(edge, 2, 9));
        var session = await edge.SessionAsync();
        var second = (await session.JoinedAsync()).Carrier;
        edge.Admit = hello => hello.Session is null ? null : Failure.Of(ProtocolErrors.EdgeFull, retry: true);

        second.Close(Failure.Of(ConnectionErrors.ConnectionLost));
        session.Carrier.Close(Failure.Of(ConnectionErrors.ConnectionLost));

        await client.Events.NextAsync<SessionLost>();
        Assert.Null((await edge.SessionAsync()).Hello.Session);
    }

    [Fact]
    public async Task Stop_EndsAllCarriers()
    {
        await using var edge = Edge(4);
        await using var client = RunningClient.Start(Options(edge, 4, 9));
        var session = await edge.SessionAsync();
        for (var i = 0; i < 3; i++)
        {
            await session.JoinedAsync();
        }

        await client.StopAsync();

        Assert.Null((await client.EndAsync()).Failure);
        await session.Ended;
    }

    private static FakeEdge Edge(int carriers) => new() { Welcome = welcome => welcome with { Carriers = carriers } };

    private static ClientOptions Options(FakeEdge edge, int carriers, int target) =>
        RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(target)) with { Carriers = carriers };

    private static async Task<CarrierStream> StreamOnAsync(Carrier carrier)
    {
        var stream = await carrier.OpenStreamAsync(new StreamPrelude { Kind = StreamKind.Tcp, Tunnel = 1 }.ToBytes(), default).Limited("a stream");
        Assert.Equal(StreamStatus.Connected, (await StreamAnswer.ReadAsync(stream, default).Limited("its answer")).Status);
        return stream;
    }

    private static async Task EchoesAsync(CarrierStream stream)
    {
        await stream.WriteAsync("still here"u8.ToArray(), default).Limited("a write");
        await stream.AsStream().ReadExactlyAsync(new byte[10]).Limited("the echo");
    }
}

using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Tcp;

public sealed class TransferTests(SharedEdge shared)
{
    private const long Gigabyte = 1L << 30;
    private static readonly TimeSpan TransferLimit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task AGigabyteUp_ArrivesUnchanged()
    {
        var arrived = new TaskCompletionSource<(long, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = ScriptedServer.Start(async (socket, stop) => arrived.TrySetResult(await RandomData.ReceiveAsync(socket, stop)));
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port);

        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        var sent = await RandomData.SendAsync(visitor, 1, Gigabyte, CancellationToken.None).Limited("a visitor to send 1 GB", TransferLimit);
        visitor.Shutdown(SocketShutdown.Send);

        Assert.Equal((Gigabyte, sent), await arrived.Task.Limited("the end of 1 GB at the target", TransferLimit));
    }

    [Fact]
    public async Task AGigabyteDown_ArrivesUnchanged()
    {
        var sent = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = ScriptedServer.Start(async (socket, stop) =>
        {
            var hash = await RandomData.SendAsync(socket, 2, Gigabyte, stop);
            socket.Shutdown(SocketShutdown.Send);
            sent.TrySetResult(hash);
            await socket.ReceiveAsync(new byte[1], SocketFlags.None, stop);
        });
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port);

        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        var arrived = await RandomData.ReceiveAsync(visitor, CancellationToken.None).Limited("a visitor to receive 1 GB", TransferLimit);

        Assert.Equal((Gigabyte, await sent.Task.Limited("the target to send 1 GB")), arrived);
    }

    [Fact]
    public async Task HalfClosedVisitor_StillGetsTheAnswer() // REL-52
    {
        await using var target = TargetServers.AnswersAtEnd();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port);

        Assert.Equal("5 bytes", await Visitor.ExchangeAsync(tunnel.Url, "12345"));
    }

    [Fact]
    public async Task TwoHundredVisitorsAtOnce_EachGetBackTheirOwn()
    {
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port);

        var visits = await Task.WhenAll(Enumerable.Range(1, 200).Select(seed => EchoAsync(tunnel.Url, seed))).Limited("200 visitors to get back what they sent", TransferLimit);

        Assert.All(visits, visit => Assert.Equal(visit.Sent, visit.Returned));
    }

    private static async Task<((long, string) Sent, (long, string) Returned)> EchoAsync(Uri url, int seed)
    {
        // Together 100 MB, each of another length.
        var bytes = 500_000 + (seed * 7L);
        using var visitor = await Visitor.ConnectAsync(url);
        var returning = RandomData.ReceiveAsync(visitor, CancellationToken.None);
        var sent = await RandomData.SendAsync(visitor, seed, bytes, CancellationToken.None);
        visitor.Shutdown(SocketShutdown.Send);
        return ((bytes, sent), await returning);
    }
}

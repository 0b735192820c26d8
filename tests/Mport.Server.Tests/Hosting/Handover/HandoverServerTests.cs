using System.Net;
using Microsoft.Extensions.Logging;
using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Hosting.Handover;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Handover;

public sealed class HandoverServerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordingLogs _logs = new();
    private readonly FakeGivenEdge _edge = new(sockets: 3, hosts: 2);

    public HandoverServerTests() => Directory.CreateDirectory(_folder.Path);

    public void Dispose()
    {
        _edge.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task WholeHandover_GivesSocketsHostsGenerationAndLock()
    {
        using var held = EdgeLock.Take(_folder.Path);
        var server = Start(_edge, held);
        using var taker = await AskAsync();
        using var inheritance = await taker.TakeAsync(CancellationToken.None).Limited("the inheritance");
        var accepts = false;
        await taker.CompleteAsync(() => accepts = true, CancellationToken.None).Limited("the handover");
        await server.HandedOver.Limited("the old edge to know");

        Assert.True(accepts);
        Assert.Equal(["share", "hold"], _edge.Deeds);
        Assert.Equal(_edge.Hosts, inheritance.Hosts);
        Assert.Equal(99, inheritance.Generation);
        Assert.All(_edge.Sockets, shared => Assert.True(inheritance.Sockets.Holds(SocketRole.Tcp, Assert.IsType<IPEndPoint>(shared.Socket.LocalEndPoint))));

        // The old edge ends, and the lock is still held: by the new one.
        await server.DisposeAsync();
        held.Dispose();
        Assert.True(EdgeLock.IsHeld(_folder.Path));
        inheritance.Lock.Dispose();
        Assert.False(EdgeLock.IsHeld(_folder.Path));
        Assert.True(File.Exists(_folder.File("edge.sock")));
    }

    [Fact]
    public async Task MorePortsAndHostsThanOnePartHolds_AllArrive()
    {
        using var many = new FakeGivenEdge(sockets: 600, hosts: 1200);
        using var held = EdgeLock.Take(_folder.Path);
        await using var server = Start(many, held);
        using var taker = await AskAsync();

        using var inheritance = await taker.TakeAsync(CancellationToken.None).Limited("the inheritance");

        Assert.Equal(600, inheritance.Sockets.Count);
        Assert.Equal(many.Hosts, inheritance.Hosts);
    }

    [Theory]
    [InlineData(Death.AfterAsking)]
    [InlineData(Death.AfterTaking)]
    [InlineData(Death.AfterReady)]
    public async Task NewcomerThatDies_LeavesTheEdgeAsItWas(Death death)
    {
        using var held = EdgeLock.Take(_folder.Path);
        await using var server = Start(_edge, held);
        using (var taker = await AskAsync())
        {
            if (death is not Death.AfterAsking)
            {
                using var inheritance = await taker.TakeAsync(CancellationToken.None).Limited("the inheritance");
                if (death is Death.AfterReady)
                {
                    await Assert.ThrowsAsync<InvalidOperationException>(
                        () => taker.CompleteAsync(() => throw new InvalidOperationException("It dies."), CancellationToken.None).Limited("the newcomer to die"));
                }
            }
        }

        // The next one gets to the end.
        using var next = await AskUntilGrantedAsync();
        Assert.Equal(
            death switch
            {
                Death.AfterAsking => [],
                Death.AfterTaking => ["share", "resume"],
                _ => ["share", "hold", "resume"],
            },
            _edge.Deeds);
        Assert.True(EdgeLock.IsHeld(_folder.Path));
        using var inherited = await next.TakeAsync(CancellationToken.None).Limited("the inheritance");
        await next.CompleteAsync(() => { }, CancellationToken.None).Limited("the handover");
        await server.HandedOver.Limited("the old edge to know");
    }

    [Fact]
    public async Task SecondAtTheSameTime_IsRefused()
    {
        using var held = EdgeLock.Take(_folder.Path);
        await using var server = Start(_edge, held);
        using var first = await AskAsync();

        var refused = await Assert.ThrowsAsync<EdgeStartException>(AskAsync);

        Assert.Equal(EdgeErrors.TakeoverUnderWay.Code, refused.Failure.Code);
    }

    [Theory]
    [InlineData(HandoverChannel.Protocol - 1, "the new one")]
    [InlineData(HandoverChannel.Protocol + 1, "the running edge")]
    public async Task OtherProtocol_IsToldWhichSideIsOlder_Rel49(int protocol, string older)
    {
        using var held = EdgeLock.Take(_folder.Path);
        await using var server = Start(_edge, held);
        using var channel = new HandoverChannel(new DescriptorChannel(await ControlSocket.ConnectAsync(_folder.Path, CancellationToken.None).Limited("a connection")));

        await channel.SendAsync(new HandoverAsked(protocol, "9.9.9", 1), CancellationToken.None).Limited("a question");
        var failed = await Assert.ThrowsAsync<HandoverException>(() => channel.ReceiveAsync<HandoverGranted>(CancellationToken.None).Limited("the answer"));

        Assert.Equal(EdgeErrors.TakeoverMismatch.Code.ToString(), failed.Refusal?.Code);
        Assert.Contains("is " + older, failed.Message, StringComparison.Ordinal);
        Assert.Empty(_edge.Deeds);
    }

    [Fact]
    public async Task Stopped_BreaksAHandoverOffAndTakesTheSocketAway()
    {
        using var held = EdgeLock.Take(_folder.Path);
        var server = Start(_edge, held);
        using var taker = await AskAsync();

        await server.DisposeAsync().Limited("the server to stop");

        var failed = await Assert.ThrowsAsync<EdgeStartException>(() => taker.TakeAsync(CancellationToken.None).Limited("the inheritance"));
        Assert.Equal(EdgeErrors.TakeoverFailed.Code, failed.Failure.Code);
        Assert.False(File.Exists(_folder.File("edge.sock")));
        var nobody = await Assert.ThrowsAsync<EdgeStartException>(AskAsync);
        Assert.Equal(EdgeErrors.TakeoverUnanswered.Code, nobody.Failure.Code);
    }

    [Fact]
    public void Socket_IsTheOwnersAlone()
    {
        using var socket = ControlSocket.TryListen(_folder.Path, out var obstacle);

        Assert.True(socket is not null, obstacle);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(_folder.File("edge.sock")));
    }

    [Fact]
    public void PathTooLongForASocket_IsSaid()
    {
        using var socket = ControlSocket.TryListen("/" + new string('x', 98), out var obstacle);

        Assert.Null(socket);
        Assert.Contains("107 bytes", obstacle, StringComparison.Ordinal);
    }

    private HandoverServer Start(FakeGivenEdge edge, EdgeLock held)
    {
        var control = ControlSocket.TryListen(_folder.Path, out var obstacle);
        Assert.True(control is not null, obstacle);
        return HandoverServer.Start(control, _folder.Path, held, edge, TimeProvider.System, new Logger<HandoverServer>(_logs));
    }

    private Task<HandoverTaker> AskAsync() => HandoverTaker.AskAsync(_folder.Path, TimeProvider.System, CancellationToken.None).Limited("the running edge's answer");

    // The old edge notices a death by itself; until then it refuses.
    private async Task<HandoverTaker> AskUntilGrantedAsync()
    {
        HandoverTaker? taker = null;
        await Within.UntilAsync(IsGrantedAsync, "the old edge to notice that the newcomer is dead");
        return taker ?? throw new InvalidOperationException("It was granted.");

        async ValueTask<bool> IsGrantedAsync()
        {
            try
            {
                taker = await AskAsync();
                return true;
            }
            catch (EdgeStartException busy) when (busy.Failure.Code == EdgeErrors.TakeoverUnderWay.Code)
            {
                return false;
            }
        }
    }

    /// <summary>When the newcomer dies.</summary>
    public enum Death
    {
        AfterAsking,
        AfterTaking,
        AfterReady,
    }
}

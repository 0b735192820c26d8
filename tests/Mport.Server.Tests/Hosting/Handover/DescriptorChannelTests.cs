using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mport.Server.Hosting.Handover;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Handover;

public sealed class DescriptorChannelTests
{
    [Fact]
    public async Task ListeningSocket_AcceptsAtItsReceiverWhatWaitedAtItsSender()
    {
        using var pair = await UnixPair.ConnectAsync();
        using var sender = new DescriptorChannel(pair.One);
        using var receiver = new DescriptorChannel(pair.Other);
        using var listener = Listen();
        using var visitor = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var endPoint = listener.LocalEndPoint;
        Assert.NotNull(endPoint);
        await visitor.ConnectAsync(endPoint).Limited("a connection that waits in the queue");
        await sender.SendAsync("x"u8.ToArray(), [listener.SafeHandle], CancellationToken.None).Limited("a descriptor to be sent");
        var descriptors = await ReceiveAsync(receiver, 1);
        listener.Dispose();

        using var inherited = new Socket(new SafeSocketHandle(Assert.Single(descriptors).DangerousGetHandle(), ownsHandle: true));
        descriptors[0].SetHandleAsInvalid();
        using var accepted = await inherited.AcceptAsync().Limited("the waiting connection");

        Assert.Equal(visitor.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.False(accepted.LingerState?.Enabled);
    }

    [Fact]
    public async Task ClosedAfterAnAcceptWasHeld_LeavesTheReceiversQueueAlone()
    {
        using var pair = await UnixPair.ConnectAsync();
        using var sender = new DescriptorChannel(pair.One);
        using var receiver = new DescriptorChannel(pair.Other);
        using var listener = Listen();
        using var held = new CancellationTokenSource();
        var accepting = listener.AcceptAsync(held.Token).AsTask();
        await sender.SendAsync("x"u8.ToArray(), [listener.SafeHandle], CancellationToken.None).Limited("a descriptor to be sent");
        var descriptors = await ReceiveAsync(receiver, 1);
        await held.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.Limited("the accept to end"));
        using var visitor = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var endPoint = listener.LocalEndPoint;
        Assert.NotNull(endPoint);
        await visitor.ConnectAsync(endPoint).Limited("a connection that waits in the queue");

        listener.Dispose();

        using var inherited = new Socket(new SafeSocketHandle(descriptors[0].DangerousGetHandle(), ownsHandle: true));
        descriptors[0].SetHandleAsInvalid();
        using var accepted = await inherited.AcceptAsync().Limited("the waiting connection");
        Assert.False(accepted.LingerState?.Enabled);
    }

    [Fact]
    public async Task AsManyAsTheKernelPassesAtOnce_AllArriveAndAreNotInherited()
    {
        using var pair = await UnixPair.ConnectAsync();
        using var sender = new DescriptorChannel(pair.One);
        using var receiver = new DescriptorChannel(pair.Other);
        using var listener = Listen();

        await sender.SendAsync(new byte[70_000], [.. Enumerable.Repeat<SafeHandle>(listener.SafeHandle, LibC.MaxDescriptors)], CancellationToken.None).Limited("253 descriptors to be sent");
        var descriptors = await ReceiveAsync(receiver, 70_000);

        Assert.Equal(LibC.MaxDescriptors, descriptors.Count);
        Assert.All(descriptors, descriptor => Assert.Contains("flags:\t02", File.ReadAllText($"/proc/self/fdinfo/{descriptor.DangerousGetHandle()}"), StringComparison.Ordinal));
        descriptors.ForEach(descriptor => descriptor.Dispose());
    }

    [Fact]
    public async Task PeerThatIsGone_EndsTheWait()
    {
        using var pair = await UnixPair.ConnectAsync();
        using var receiver = new DescriptorChannel(pair.Other);

        pair.One.Dispose();

        await Assert.ThrowsAsync<EndOfStreamException>(() => ReceiveAsync(receiver, 1));
    }

    private static Socket Listen()
    {
        var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen(8);
        return listener;
    }

    private static async Task<List<SafeFileHandle>> ReceiveAsync(DescriptorChannel channel, int bytes)
    {
        var descriptors = new List<SafeFileHandle>();
        await channel.ReceiveAsync(new byte[bytes], descriptors, CancellationToken.None).Limited("descriptors");
        return descriptors;
    }
}

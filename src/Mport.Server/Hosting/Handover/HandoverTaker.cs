using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Hosting.Handover;

/// <summary>The new edge's side of a handover. Each step either succeeds or ends the start; the old edge then goes on.</summary>
internal sealed class HandoverTaker : IDisposable
{
    private readonly HandoverChannel _channel;
    private readonly TimeProvider _time;

    private HandoverTaker(HandoverChannel channel, HandoverGranted granted, TimeProvider time)
    {
        _channel = channel;
        _time = time;
        Predecessor = granted;
    }

    /// <summary>The edge that hands over.</summary>
    public HandoverGranted Predecessor { get; }

    /// <summary>Asks the edge that runs with this data folder for a handover.</summary>
    /// <exception cref="EdgeStartException">It does not answer, refuses, or cannot.</exception>
    public static async Task<HandoverTaker> AskAsync(string dataFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        var channel = new HandoverChannel(new DescriptorChannel(await ControlSocket.ConnectAsync(dataFolder, cancellationToken)));
        try
        {
            var granted = await WithinAsync(HandoverTimes.Answer, time, async token =>
            {
                await channel.SendAsync(new HandoverAsked(HandoverChannel.Protocol, EdgeVersion.Text, Environment.ProcessId), token);
                return await channel.ReceiveAsync<HandoverGranted>(token);
            }, cancellationToken);
            return new HandoverTaker(channel, granted, time);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>All that can fail without the sockets is done: takes them.</summary>
    /// <exception cref="EdgeStartException">The old edge broke off.</exception>
    public async Task<Inheritance> TakeAsync(CancellationToken cancellationToken)
    {
        var received = new List<(SocketRole Role, SafeFileHandle Handle)>();
        var hosts = new List<string>();
        try
        {
            return await WithinAsync(HandoverTimes.Start, _time, async token =>
            {
                await _channel.SendAsync(new HandoverStep(HandoverStage.Prepared), token);
                while (true)
                {
                    var (part, descriptors) = await _channel.ReceivePartAsync(token);
                    received.AddRange(part.Descriptors.Zip(descriptors));
                    hosts.AddRange(part.Hosts);
                    await _channel.SendAsync(new HandoverStep(HandoverStage.Received), token);
                    if (part.IsLast)
                    {
                        return Sort(received, hosts, part.Generation);
                    }
                }
            }, cancellationToken);
        }
        catch
        {
            received.ForEach(one => one.Handle.Dispose());
            throw;
        }
    }

    /// <summary>Everything stands: the old edge stops accepting, <paramref name="accept"/> begins.</summary>
    /// <exception cref="EdgeStartException">The old edge broke off.</exception>
    public Task CompleteAsync(Action accept, CancellationToken cancellationToken) => WithinAsync(HandoverTimes.Answer, _time, async token =>
    {
        await _channel.SendAsync(new HandoverStep(HandoverStage.Ready), token);
        await _channel.ReceiveAsync(HandoverStage.Held, token);
        accept();
        await _channel.SendAsync(new HandoverStep(HandoverStage.Serving), CancellationToken.None);
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    private static Inheritance Sort(List<(SocketRole Role, SafeFileHandle Handle)> received, List<string> hosts, long generation)
    {
        if (received.Count(one => one.Role == SocketRole.Lock) != 1 || received.Count(one => one.Role == SocketRole.Control) != 1)
        {
            throw new HandoverException("The old edge handed over no lock or no control socket.");
        }

        return new Inheritance
        {
            Lock = EdgeLock.Adopt(received.Find(one => one.Role == SocketRole.Lock).Handle),
            Control = ToSocket(received.Find(one => one.Role == SocketRole.Control).Handle),
            Sockets = new InheritedSockets([.. received
                .Where(one => one.Role is not (SocketRole.Lock or SocketRole.Control)).Select(one => new SharedSocket(one.Role, ToSocket(one.Handle)))]),
            Hosts = hosts,
            Generation = generation,
        };
    }

    private static Socket ToSocket(SafeFileHandle handle)
    {
        var socket = new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true);
        handle.SetHandleAsInvalid();
        return new Socket(socket);
    }

    private static async Task<T> WithinAsync<T>(TimeSpan limit, TimeProvider time, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (HandoverException refused) when (refused.Refusal is { } refusal)
        {
            throw new EdgeStartException(new Failure(ErrorCode.TryParse(refusal.Code, out var code) ? code : EdgeErrors.TakeoverFailed.Code, refusal.Text), refused);
        }
        catch (OperationCanceledException gone) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"The running edge did not answer within {limit.TotalSeconds:0} s.", gone);
        }
        catch (Exception gone) when (gone is HandoverException or EndOfStreamException or SocketException)
        {
            throw Failed(gone.Message, gone);
        }
    }

    private static EdgeStartException Failed(string what, Exception cause) => new(Failure.Of(EdgeErrors.TakeoverFailed, what), cause);
}

using System.Net.Sockets;
using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Hosting.Handover;

/// <summary>Answers edges that want to take this one over: one at a time, the first that gets to the end has it.</summary>
internal sealed class HandoverServer : IAsyncDisposable
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _control;
    private readonly string _dataFolder;
    private readonly EdgeLock _lock;
    private readonly IGivenEdge _edge;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AcceptLoop _loop;
    private readonly OwnedTasks _tasks;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _handedOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _busy;

    private HandoverServer(Socket control, string dataFolder, EdgeLock held, IGivenEdge edge, TimeProvider time, ILogger logger)
    {
        _control = control;
        _dataFolder = dataFolder;
        _lock = held;
        _edge = edge;
        _time = time;
        _logger = logger;
        _tasks = new OwnedTasks(logger.Faulted);
        _loop = new AcceptLoop(AcceptAsync, logger.Faulted, time);
    }

    /// <summary>Completes when another edge has taken this one's place. Never, where nobody does.</summary>
    public Task HandedOver => _handedOver.Task;

    /// <summary>Begins to answer at this socket.</summary>
    public static HandoverServer Start(Socket control, string dataFolder, EdgeLock held, IGivenEdge edge, TimeProvider time, ILogger<HandoverServer> logger)
    {
        var server = new HandoverServer(control, dataFolder, held, edge, time, logger);
        server._loop.Start();
        return server;
    }

    /// <summary>Breaks a handover off that is under way, and answers no more. The socket's file goes, unless the next edge has it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _loop.HoldAsync();
        _loop.End();
        await _stop.CancelAsync();
        await _tasks.CloseAsync();
        if (!_handedOver.Task.IsCompleted)
        {
            ControlSocket.Delete(_dataFolder);
        }

        _control.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken held)
    {
        while (!held.IsCancellationRequested)
        {
            try
            {
                var socket = await _control.AcceptAsync(held);
                if (!_tasks.TryRun(() => ServeAsync(socket)))
                {
                    socket.Dispose();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, which others give back.
                await Task.Delay(AcceptPause, _time, held).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var channel = new HandoverChannel(new DescriptorChannel(socket));
        if (!ControlSocket.IsTrusted(socket))
        {
            _logger.Distrusted("it belongs to another user");
            return;
        }

        HandoverAsked asked;
        using (var deadline = new CancellationTokenSource(HandoverTimes.Answer, _time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token))
        {
            try
            {
                asked = await channel.ReceiveAsync<HandoverAsked>(either.Token);
            }
            catch (Exception broken) when (broken is HandoverException or EndOfStreamException or SocketException or OperationCanceledException)
            {
                _logger.Distrusted(broken.Message);
                return;
            }
        }

        if (asked.Protocol != HandoverChannel.Protocol)
        {
            await RefuseAsync(channel, asked, Mismatch(asked));
        }
        else if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            await RefuseAsync(channel, asked, Failure.Of(EdgeErrors.TakeoverUnderWay));
        }
        else
        {
            var given = false;
            try
            {
                given = await GiveAsync(channel, asked);
            }
            finally
            {
                Volatile.Write(ref _busy, given ? 1 : 0);
            }
        }
    }

    private async Task<bool> GiveAsync(HandoverChannel channel, HandoverAsked asked)
    {
        _logger.Asked(asked.Process, asked.Version);
        var edge = new ControlledEdge(_edge, _loop);
        try
        {
            await new HandoverGiver(channel, edge, [(SocketRole.Lock, _lock.Handle), (SocketRole.Control, _control.SafeHandle)], _time).RunAsync(_stop.Token);
        }
        catch (Exception failed) when (failed is HandoverException or EndOfStreamException or SocketException or OperationCanceledException)
        {
            _logger.Failed(asked.Process, failed is EndOfStreamException ? "it has ended" : failed.Message);
            return false;
        }

        _lock.Leave();
        _control.Dispose();
        _logger.HandedOver(asked.Process, edge.Sockets, edge.Hosts);
        _handedOver.TrySetResult();
        return true;
    }

    private async Task RefuseAsync(HandoverChannel channel, HandoverAsked asked, Failure failure)
    {
        _logger.Refused(asked.Process, failure.Code, failure.Text);
        try
        {
            await channel.SendAsync(new HandoverRefused(failure.Code.ToString(), failure.Text), _stop.Token);
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            // It did not wait for the answer.
        }
    }

    private static Failure Mismatch(HandoverAsked asked)
    {
        var older = asked.Protocol > HandoverChannel.Protocol ? "the running edge, which needs one ordinary restart" : "the new one";
        return Failure.Of(
            EdgeErrors.TakeoverMismatch,
            $"The running edge is mportd {EdgeVersion.Text} (handover {HandoverChannel.Protocol}), the new one {VisibleVersion(asked.Version)} (handover {asked.Protocol}): the older of the two is {older}.");
    }

    private static string VisibleVersion(string version) => version.Length <= 32 ? version : version[..32];

    /// <summary>The edge with the control socket's own loop, which is held and resumed with the rest.</summary>
    private sealed class ControlledEdge(IGivenEdge edge, AcceptLoop control) : IGivenEdge
    {
        public int Sockets { get; private set; }

        public int Hosts { get; private set; }

        public async Task<HandoverContents> ShareAsync(CancellationToken cancellationToken)
        {
            var contents = await edge.ShareAsync(cancellationToken);
            (Sockets, Hosts) = (contents.Sockets.Count, contents.Hosts.Count);
            return contents;
        }

        public Task HoldAsync() => Task.WhenAll(edge.HoldAsync(), control.HoldAsync());

        public void Resume()
        {
            edge.Resume();
            control.Start();
        }
    }
}

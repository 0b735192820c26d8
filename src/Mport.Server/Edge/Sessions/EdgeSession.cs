using System.Threading.Channels;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;

namespace Mport.Server.Edge.Sessions;

/// <summary>One connected client: its carrier, its control channel, and the tunnels that it holds.</summary>
internal sealed class EdgeSession(SessionIdentity identity, Carrier carrier, SessionTunnels tunnels, TimeProvider time)
{
    // Answers and notices that wait to be sent: a client that reads none for so many is gone or hostile.
    private const int MaxOutbox = 256;

    // A client that was told to go has this long to close by itself, so that it reads the reason before the connection breaks.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<ControlMessage> _outbox = Channel.CreateBounded<ControlMessage>(MaxOutbox);
    private readonly TaskCompletionSource<Failure> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who it is.</summary>
    public SessionIdentity Identity => identity;

    /// <summary>Opens streams to the client.</summary>
    public Carrier Carrier => carrier;

    /// <summary>Runs until the session has ended, and gives the reason.</summary>
    public async Task<Failure> RunAsync(CancellationToken cancellationToken)
    {
        var running = carrier.RunAsync(cancellationToken);
        var controlling = ControlAsync(running, cancellationToken);
        var leaving = LeaveAsync(running);
        try
        {
            var reason = await running;
            _outbox.Writer.TryComplete();
            _told.TrySetCanceled(CancellationToken.None);
            await controlling;
            await leaving;
            return reason;
        }
        finally
        {
            tunnels.CloseAll();
        }
    }

    /// <summary>Sends a message soon. Does nothing when the session has ended.</summary>
    public void Tell(ControlMessage message)
    {
        if (!_outbox.Writer.TryWrite(message) && !carrier.Ended.IsCompleted)
        {
            carrier.Close(Failure.Of(ProtocolErrors.PeerFloods, "The client does not read its control messages."));
        }
    }

    /// <summary>Tells the client to go and why; it has a moment to do so by itself.</summary>
    public void End(Failure reason)
    {
        if (_told.TrySetResult(reason))
        {
            Tell(new Goodbye { Code = reason.Code.ToString(), Text = reason.Text, Retry = reason.Retry });
        }
    }

    /// <summary>Asks the client to open a new session, while the streams of this one go on; it is kept for so long after the last.</summary>
    public void Drain(Failure reason, TimeSpan linger) =>
        Tell(new Goodbye { Code = reason.Code.ToString(), Text = reason.Text, Retry = true, Linger = linger > TimeSpan.Zero ? (int)linger.TotalSeconds : null });

    private async Task LeaveAsync(Task<Failure> running)
    {
        try
        {
            var reason = await _told.Task;
            await ((Task)running).WaitAsync(FarewellTime, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            carrier.Close(reason);
        }
        catch (OperationCanceledException)
        {
            // The session ended otherwise.
        }
    }

    private async Task ControlAsync(Task<Failure> running, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await carrier.AcceptStreamAsync(cancellationToken).AsTask().WaitAsync(ControlTimeout, time, cancellationToken);
            if (stream is null)
            {
                return;
            }

            using var control = new ControlChannel(stream);
            var sending = SendAsync(control);
            while (await control.ReceiveAsync(cancellationToken) is { } message)
            {
                await HandleAsync(message, cancellationToken);
            }

            carrier.Close(Failure.Of(ProtocolErrors.SessionClosed, "The client closed its control stream."));
            await running;
            await sending;
        }
        catch (TimeoutException)
        {
            carrier.Close(Failure.Of(ProtocolErrors.HandshakeTimeout, "The client opened no control stream."));
        }
        catch (ProtocolException error)
        {
            carrier.Close(error.ToFailure());
        }
        catch (Exception gone) when (gone is StreamException or OperationCanceledException)
        {
            // The carrier has ended, and says why itself.
        }
        catch
        {
            // A defect of ours: the session ends, and its owner logs it.
            carrier.Close(Failure.Of(ProtocolErrors.EdgeUnavailable, retry: true));
            throw;
        }
    }

    private async Task SendAsync(ControlChannel control)
    {
        try
        {
            await foreach (var message in _outbox.Reader.ReadAllAsync(CancellationToken.None))
            {
                await control.SendAsync(message, CancellationToken.None);
            }
        }
        catch (StreamException)
        {
            // The carrier has ended, and says why itself.
        }
    }

    private async Task HandleAsync(ControlMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case OpenTunnel open:
                Tell(await tunnels.OpenAsync(this, open, cancellationToken));
                break;
            case CloseTunnel close:
                tunnels.Close(close.Number);
                break;
            case Goodbye goodbye:
                carrier.Close(Failure.Of(ProtocolErrors.SessionClosed, $"The client said goodbye: {goodbye.Text}"));
                break;
        }
    }
}

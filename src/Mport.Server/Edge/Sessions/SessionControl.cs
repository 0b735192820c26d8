using System.Threading.Channels;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;

namespace Mport.Server.Edge.Sessions;

/// <summary>
/// The edge's side of a session's control streams: one after the other, each the first stream of a carrier 0. What the client must know is said again
/// on each, since the one before may have taken it along.
/// </summary>
internal sealed class SessionControl(EdgeSession session, SessionTunnels tunnels, TimeProvider time)
{
    // Answers and notices that wait to be sent: a client that reads none for so many is gone or hostile.
    private const int MaxOutbox = 256;

    // The ends of tunnels that are said again: as many as a client remembers by their numbers.
    private const int MaxLasting = 64;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<ControlMessage> _outbox = Channel.CreateBounded<ControlMessage>(MaxOutbox);
    private readonly Lock _gate = new();
    private readonly Queue<ControlMessage> _lasting = new();
    private ControlMessage? _unsent;
    private bool _served;

    /// <summary>Sends a message soon; false when too many wait.</summary>
    public bool TryTell(ControlMessage message)
    {
        if (message is TunnelClosed or Goodbye)
        {
            lock (_gate)
            {
                _lasting.Enqueue(message);
                if (_lasting.Count > MaxLasting)
                {
                    _lasting.Dequeue();
                }
            }
        }

        return _outbox.Writer.TryWrite(message);
    }

    /// <summary>Serves the control stream of a carrier 0 until the carrier is lost or the session is closed. One at a time.</summary>
    public async Task ServeAsync(Carrier carrier, CancellationToken closing)
    {
        try
        {
            var stream = await carrier.AcceptStreamAsync(closing).AsTask().WaitAsync(OpenTimeout, time, closing);
            if (stream is not null)
            {
                await ServeAsync(stream, closing);
            }
        }
        catch (TimeoutException)
        {
            carrier.Close(Failure.Of(ProtocolErrors.HandshakeTimeout, "The client opened no control stream."));
        }
        catch (ProtocolException error)
        {
            session.Close(error.ToFailure());
        }
        catch (Exception gone) when (gone is StreamException or OperationCanceledException)
        {
            // The carrier has ended, and says why itself.
        }
    }

    private async Task ServeAsync(CarrierStream stream, CancellationToken closing)
    {
        using var control = new ControlChannel(stream);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(closing);
        var sending = SendAsync(control, over.Token);
        try
        {
            while (await control.ReceiveAsync(closing) is { } message)
            {
                await HandleAsync(message, closing);
            }

            session.Close(Failure.Of(ProtocolErrors.SessionClosed, "The client closed its control stream."));
        }
        finally
        {
            // A message that the next control stream can carry must not be taken by a stream that is gone.
            await over.CancelAsync();
            await sending;
        }
    }

    private async Task SendAsync(ControlChannel control, CancellationToken over)
    {
        try
        {
            foreach (var message in TakeRepeated())
            {
                await control.SendAsync(message, over);
            }

            while (_unsent is not null || await _outbox.Reader.WaitToReadAsync(over))
            {
                if (_unsent is not null || _outbox.Reader.TryRead(out _unsent))
                {
                    await control.SendAsync(_unsent, over);
                    _unsent = null;
                }
            }
        }
        catch (Exception gone) when (gone is StreamException or OperationCanceledException)
        {
            // The carrier has ended, and says why itself.
        }
    }

    private List<ControlMessage> TakeRepeated()
    {
        lock (_gate)
        {
            List<ControlMessage> repeated = _served ? [.. _lasting] : [];
            _served = true;
            return repeated;
        }
    }

    private async Task HandleAsync(ControlMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case OpenTunnel open:
                session.Tell(await tunnels.OpenAsync(session, open, cancellationToken));
                break;
            case TunnelHealth health:
                tunnels.SetHealth(health);
                break;
            case CloseTunnel close:
                tunnels.Close(close.Number);
                break;
            case Goodbye goodbye:
                session.Close(Failure.Of(ProtocolErrors.SessionClosed, $"The client said goodbye: {goodbye.Text}"));
                break;
        }
    }
}

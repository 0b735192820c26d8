using System.Net;
using Mport.Client.Dialing;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Resume;

namespace Mport.Client.Sessions;

/// <summary>
/// Takes the connection of one carrier up again each time that it breaks, or seems to: dials until the edge answers or no longer keeps the carrier, and
/// goes on over the new connection without any stream noticing.
/// </summary>
internal sealed class CarrierResumption
{
    private readonly string _session;
    private readonly int _index;
    private readonly Carrier _carrier;
    private readonly ResumableTransport _transport;
    private readonly CarrierDialer _dialer;
    private readonly EngineContext _context;
    private Secret _ticket;
    private volatile IPAddress? _local;

    /// <summary>Makes it for a carrier about whose resume the greeting agreed.</summary>
    public CarrierResumption(
        GreetedCarrier greeted, ResumeAnswer agreed, int index, Carrier carrier, ResumableTransport transport, CarrierDialer dialer, EngineContext context)
    {
        _session = greeted.Welcome.Session;
        _local = greeted.Local;
        _ticket = agreed.Ticket;
        _index = index;
        _carrier = carrier;
        _transport = transport;
        _dialer = dialer;
        _context = context;
    }

    /// <summary>Runs until the carrier has ended.</summary>
    /// <param name="carrier">The carrier's run.</param>
    /// <param name="onChange">Hears why the connection broke, and null when the carrier goes on.</param>
    /// <param name="moved">Another session takes this one's place: what answers the client's calls may be another process by now.</param>
    /// <param name="closing">The session is being closed.</param>
    public async Task RunAsync(Task carrier, Action<Failure?> onChange, CancellationToken moved, CancellationToken closing)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(closing);
        var keeping = KeepAsync(onChange, moved, over.Token);
        await Task.WhenAny(keeping, carrier);
        await over.CancelAsync();
        try
        {
            await keeping;
        }
        catch (OperationCanceledException)
        {
            // The carrier has ended, or the session is being closed.
        }
    }

    /// <summary>
    /// The machine's addresses have changed: a connection from an address that is gone is dead (REL-14), any other one is looked at.
    /// </summary>
    public void OnNetworkChanged(IReadOnlyCollection<IPAddress> addresses)
    {
        if (_local is { } local && !addresses.Contains(local))
        {
            _transport.Suspend(Failure.Of(ConnectionErrors.ConnectionLost, $"This machine no longer has the address {local}.", retry: true));
        }
        else
        {
            _carrier.Probe();
        }
    }

    private async Task KeepAsync(Action<Failure?> onChange, CancellationToken moved, CancellationToken over)
    {
        while (true)
        {
            var suspended = _transport.WhenSuspended;
            var broken = await await Task.WhenAny(suspended, _transport.WhenSuspect).WaitAsync(over);
            if (moved.IsCancellationRequested)
            {
                // A connection that may yet live is not given up for one that may lead elsewhere.
                broken = await suspended.WaitAsync(over);
            }

            var began = _context.Time.GetTimestamp();
            var (goesOn, refusal) = await TakeUpAsync(broken, onChange, over);
            if (refusal is not null)
            {
                // Whether another carrier, or another session, can be had, the edge says when it is asked for one.
                _transport.GiveUp(refusal with { Retry = true });
                return;
            }

            if (goesOn)
            {
                onChange(null);
                _context.Tell(new SessionResumed(_session, _index, broken, _context.Time.GetElapsedTime(began)));
            }
        }
    }

    /// <summary>Dials until the carrier goes on, the edge refuses, or the doubt is over.</summary>
    private async Task<(bool GoesOn, Failure? Refusal)> TakeUpAsync(Failure broken, Action<Failure?> onChange, CancellationToken over)
    {
        var pace = new RedialPace(_context.Surroundings.Random);
        while (true)
        {
            if (_transport.IsSuspended)
            {
                // From the start, or after a doubt that proved right meanwhile.
                onChange(broken);
            }

            var began = _context.Time.GetTimestamp();
            var dialled = await _dialer.TakeUpAsync(_session, _index, () => Offer(broken), pace.Limit, over);
            if (dialled.Greeted is { } greeted)
            {
                var refusal = await GoOnAsync(greeted);
                return (refusal is null, refusal);
            }

            var failure = dialled.Failure ?? Failure.Of(ConnectionErrors.EdgeUnreachable, retry: true);
            if (IsFinal(failure))
            {
                return (false, failure);
            }

            await Task.Delay(pace.Next(_context.Time.GetElapsedTime(began), failure.RetryAfter), _context.Time, over);
            if (!_transport.IsSuspended && !_transport.WhenSuspect.IsCompleted)
            {
                return (false, null);
            }
        }
    }

    // Made when the new connection stands: from here on nothing more may come over the old one.
    private ResumeOffer Offer(Failure broken)
    {
        _transport.Suspend(broken);
        return new ResumeOffer { Window = _context.ResumeWindow, Ticket = _ticket, Received = _transport.Received };
    }

    private async Task<Failure?> GoOnAsync(GreetedCarrier greeted)
    {
        Failure? refusal = null;
        if (greeted.Welcome.Resume is { Received: { } received, Ticket: var ticket } && _transport.TryResume(greeted.Transport, received, out refusal))
        {
            _ticket = ticket;
            _local = greeted.Local;
            return null;
        }

        greeted.Transport.Abort();
        await greeted.Transport.DisposeAsync();
        return refusal ?? Failure.Of(ProtocolErrors.ResumeRefused, "The edge welcomed the client without taking the connection up.", retry: true);
    }

    private static bool IsFinal(Failure failure)
    {
        var ofThisCarrier = failure.Code == ProtocolErrors.SessionUnknown.Code || failure.Code == ProtocolErrors.ResumeRefused.Code;

        // A network that changes may lead to a captive portal for a while: the edge that is known is not there at the moment.
        var ofTheWay = failure.Code == ConnectionErrors.PinMismatch.Code || failure.Code == ConnectionErrors.CertificateUntrusted.Code;
        return ofThisCarrier || (!failure.Retry && !ofTheWay);
    }
}

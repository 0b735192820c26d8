using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;

namespace Mport.Server.Edge.Sessions;

/// <summary>
/// Which tickets take a carrier up again. Each is good for one use; but a Welcome can be lost on its way, so the ticket before is good as well until the
/// client has shown, by sending anything, that it has the newer one. Pure; one caller at a time.
/// </summary>
internal sealed class CarrierTickets
{
    private Secret _current = ResumeTicket.Create();
    private Secret? _before;
    private long _receivedAtIssue;

    /// <summary>The ticket for the Welcome that comes next.</summary>
    public Secret Current => _current;

    /// <summary>Whether a ticket is good.</summary>
    /// <param name="offered">What the client shows.</param>
    /// <param name="received">Bytes of the carrier that have come so far.</param>
    public bool Accepts(Secret offered, long received)
    {
        // Both are compared, whatever the first comparison gives.
        var current = ResumeTicket.AreEqual(offered, _current);
        var before = _before is not null && ResumeTicket.AreEqual(offered, _before);
        return current || (before && received == _receivedAtIssue);
    }

    /// <summary>Puts a new ticket in the place of one that was accepted.</summary>
    public void Replace(Secret used, long received)
    {
        _before = used;
        _receivedAtIssue = received;
        _current = ResumeTicket.Create();
    }
}

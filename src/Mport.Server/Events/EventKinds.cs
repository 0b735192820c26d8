namespace Mport.Server.Events;

/// <summary>The kinds of events that the edge writes; docs/events.md has a line for each.</summary>
internal static class EventKinds
{
    // What somebody did.
    public static readonly EventKind UserAdded = Change("user.added");
    public static readonly EventKind UserChanged = Change("user.changed");
    public static readonly EventKind UserDisabled = Change("user.disabled");
    public static readonly EventKind UserEnabled = Change("user.enabled");
    public static readonly EventKind UserDeleted = Change("user.deleted");
    public static readonly EventKind LoginSucceeded = Change("login.succeeded");
    public static readonly EventKind LoginRefused = Change("login.refused");
    public static readonly EventKind LoginEnded = Change("login.ended");
    public static readonly EventKind PasswordChanged = Change("password.changed");
    public static readonly EventKind PasswordLinkCreated = Change("password_link.created");
    public static readonly EventKind PasswordResetRequested = Change("password_reset.requested");
    public static readonly EventKind RegistrationRequested = Change("registration.requested");
    public static readonly EventKind RegistrationConfirmed = Change("registration.confirmed");
    public static readonly EventKind TotpEnabled = Change("totp.enabled");
    public static readonly EventKind TotpDisabled = Change("totp.disabled");
    public static readonly EventKind PasskeyAdded = Change("passkey.added");
    public static readonly EventKind PasskeyRenamed = Change("passkey.renamed");
    public static readonly EventKind PasskeyRemoved = Change("passkey.removed");
    public static readonly EventKind InvitationCreated = Change("invitation.created");
    public static readonly EventKind InvitationAccepted = Change("invitation.accepted");
    public static readonly EventKind InvitationRevoked = Change("invitation.revoked");
    public static readonly EventKind DeviceApproved = Change("device.approved");
    public static readonly EventKind DeviceDenied = Change("device.denied");
    public static readonly EventKind TeamCreated = Change("team.created");
    public static readonly EventKind TeamChanged = Change("team.changed");
    public static readonly EventKind TeamDeleted = Change("team.deleted");
    public static readonly EventKind SessionDisconnected = Change("session.disconnected");
    public static readonly EventKind ConnectionEnded = Change("connection.ended");
    public static readonly EventKind TokenCreated = Change("token.created");
    public static readonly EventKind TokenChanged = Change("token.changed");
    public static readonly EventKind TokenRevoked = Change("token.revoked");
    public static readonly EventKind TunnelCreated = Change("tunnel.created");
    public static readonly EventKind TunnelChanged = Change("tunnel.changed");
    public static readonly EventKind TunnelDeleted = Change("tunnel.deleted");
    public static readonly EventKind ReservationCreated = Change("reservation.created");
    public static readonly EventKind ReservationReleased = Change("reservation.released");
    public static readonly EventKind DomainAdded = Change("domain.added");
    public static readonly EventKind DomainProven = Change("domain.proven");
    public static readonly EventKind DomainProofMissing = Change("domain.proof_missing");
    public static readonly EventKind DomainLost = Change("domain.lost");
    public static readonly EventKind DomainRemoved = Change("domain.removed");
    public static readonly EventKind QuotaSet = Change("quota.set");
    public static readonly EventKind QuotaCleared = Change("quota.cleared");
    public static readonly EventKind AuditTrimmed = Change("audit.trimmed");
    public static readonly EventKind EventsLost = Change("events.lost");

    // What came to pass.
    public static readonly EventKind SessionStarted = State("session.started");
    public static readonly EventKind SessionEnded = State("session.ended");
    public static readonly EventKind TunnelOpened = State("tunnel.opened");
    public static readonly EventKind TunnelClosed = State("tunnel.closed");
    public static readonly EventKind QuotaWarned = State("quota.warned");
    public static readonly EventKind QuotaReached = State("quota.reached");
    public static readonly EventKind QuotaLifted = State("quota.lifted");
    public static readonly EventKind MailGivenUp = State("mail.given_up");
    public static readonly EventKind EdgeStarted = State("edge.started");
    public static readonly EventKind EdgeStopped = State("edge.stopped");

    private static EventKind Change(string name) => new(name, IsAudit: true);

    private static EventKind State(string name) => new(name, IsAudit: false);
}

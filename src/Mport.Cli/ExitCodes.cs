using Mport.Protocol.Errors;

namespace Mport.Cli;

/// <summary>The exit codes of <c>mport</c>, which scripts rely on, and which failure leads to which.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int Configuration = 3;
    public const int NotLoggedIn = 4;
    public const int Forbidden = 5;
    public const int Taken = 6;
    public const int Quota = 7;
    public const int EdgeUnreachable = 8;
    public const int TargetUnreachable = 9;
    public const int VersionsDoNotFit = 10;
    public const int WaitElapsed = 124;
    public const int Interrupted = 130;

    // From 2000 on stand failures inside the edge and on visitors' pages: none of them ends a run of the client.
    private const int FirstCodeOfTheEdge = 2000;

    private static readonly Dictionary<ErrorCode, int> s_table = new()
    {
        [UsageErrors.InvalidArgument.Code] = Usage,
        [UsageErrors.InvalidTarget.Code] = Usage,
        [UsageErrors.NoSuchRunningTunnel.Code] = Usage,
        [UsageErrors.InvalidConfiguration.Code] = Configuration,
        [UsageErrors.ConfigurationUnreadable.Code] = Configuration,
        [UsageErrors.NoSuchTunnelConfigured.Code] = Configuration,
        [UsageErrors.ServerUnknown.Code] = Configuration,

        [AccountErrors.NotLoggedIn.Code] = NotLoggedIn,
        [AccountErrors.TokenMalformed.Code] = NotLoggedIn,
        [AccountErrors.TokenUnknown.Code] = NotLoggedIn,
        [AccountErrors.TokenRevoked.Code] = NotLoggedIn,
        [AccountErrors.TokenExpired.Code] = NotLoggedIn,
        [AccountErrors.TooManyAttempts.Code] = NotLoggedIn,
        [AccountErrors.AccountDisabled.Code] = Forbidden,
        [AccountErrors.ScopeMissing.Code] = Forbidden,
        [AccountErrors.DeviceCodeInvalid.Code] = NotLoggedIn,
        [AccountErrors.DeviceWaiting.Code] = NotLoggedIn,
        [AccountErrors.DeviceTooFast.Code] = NotLoggedIn,
        [AccountErrors.DeviceRefused.Code] = Forbidden,
        [AccountErrors.DeviceLoginMissing.Code] = NotLoggedIn,
        [AccountErrors.RoleForbids.Code] = Forbidden,
        // These answer commands of the edge's operator.
        [AccountErrors.AccountExists.Code] = Unexpected,
        [AccountErrors.AccountUnknown.Code] = Unexpected,
        [AccountErrors.TokenIdUnknown.Code] = Unexpected,
        [AccountErrors.PasswordUnfit.Code] = Unexpected,
        [AccountErrors.AccountFieldInvalid.Code] = Unexpected,
        // These stand on the edge's own pages.
        [AccountErrors.SignInRefused.Code] = Unexpected,
        [AccountErrors.CodeRefused.Code] = Unexpected,
        [AccountErrors.SignInTooOften.Code] = Unexpected,
        [AccountErrors.LinkInvalid.Code] = Unexpected,
        [AccountErrors.FormRefused.Code] = Unexpected,
        [AccountErrors.PasswordCommon.Code] = Unexpected,
        [AccountErrors.InvitationInvalid.Code] = Unexpected,
        [AccountErrors.InvitationUnknown.Code] = Unexpected,
        [AccountErrors.SignInNeeded.Code] = Unexpected,
        [AccountErrors.SignInUnsafe.Code] = Unexpected,
        [AccountErrors.SecondFactorSet.Code] = Unexpected,
        [AccountErrors.SignInBusy.Code] = Unexpected,

        [TunnelErrors.NameInvalid.Code] = Usage,
        [TunnelErrors.NameReserved.Code] = Forbidden,
        [TunnelErrors.PortOutOfRange.Code] = Forbidden,
        [TunnelErrors.ProtocolNotOffered.Code] = Forbidden,
        [TunnelErrors.TunnelClosedByEdge.Code] = Forbidden,
        [TunnelErrors.NameTaken.Code] = Taken,
        [TunnelErrors.TunnelHeld.Code] = Taken,
        [TunnelErrors.TunnelTakenOver.Code] = Taken,
        [TunnelErrors.PortTaken.Code] = Taken,
        [TunnelErrors.GroupMismatch.Code] = Usage,
        [TunnelErrors.GroupFull.Code] = Quota,
        [TunnelErrors.NoPortFree.Code] = Quota,
        [TunnelErrors.TooManyTunnels.Code] = Quota,
        [TunnelErrors.TooManySessions.Code] = Quota,
        [TunnelErrors.QuotaReached.Code] = Quota,
        [TunnelErrors.QuotaFull.Code] = Quota,
        // A notice, which ends no run.
        [TunnelErrors.QuotaNear.Code] = Quota,
        [TunnelErrors.DatagramTooLarge.Code] = TargetUnreachable,

        [TeamErrors.TeamUnknown.Code] = Forbidden,
        [TeamErrors.TeamNameTaken.Code] = Taken,
        [TeamErrors.LastManager.Code] = Taken,
        [TeamErrors.TeamHasTunnels.Code] = Taken,
        [TeamErrors.TeamLimit.Code] = Quota,
        [TeamErrors.ManagersOnly.Code] = Forbidden,
        [TeamErrors.AlreadyMember.Code] = Taken,

        [ConnectionErrors.EdgeUnreachable.Code] = EdgeUnreachable,
        [ConnectionErrors.NameNotResolved.Code] = EdgeUnreachable,
        [ConnectionErrors.PinMismatch.Code] = EdgeUnreachable,
        [ConnectionErrors.CertificateUntrusted.Code] = EdgeUnreachable,
        [ConnectionErrors.NotAnEdge.Code] = EdgeUnreachable,
        [ConnectionErrors.ConnectionLost.Code] = EdgeUnreachable,
        [ConnectionErrors.TargetRefused.Code] = TargetUnreachable,
        [ConnectionErrors.TargetTimedOut.Code] = TargetUnreachable,
        [ConnectionErrors.TargetUnreachable.Code] = TargetUnreachable,
        [ConnectionErrors.TargetForbidden.Code] = Unexpected,
        [ConnectionErrors.ClientOverloaded.Code] = Unexpected,
        [ConnectionErrors.WaitElapsed.Code] = WaitElapsed,

        [ProtocolErrors.VersionUnsupported.Code] = VersionsDoNotFit,
        [ProtocolErrors.HandshakeTimeout.Code] = EdgeUnreachable,
        [ProtocolErrors.PeerSilent.Code] = EdgeUnreachable,
        [ProtocolErrors.SessionClosed.Code] = EdgeUnreachable,
        [ProtocolErrors.EdgeFull.Code] = EdgeUnreachable,
        [ProtocolErrors.EdgeDraining.Code] = EdgeUnreachable,
        [ProtocolErrors.EdgeUnavailable.Code] = EdgeUnreachable,
        [ProtocolErrors.ResumeRefused.Code] = EdgeUnreachable,
        [ProtocolErrors.GraceOver.Code] = EdgeUnreachable,
        [ProtocolErrors.SessionUnknown.Code] = EdgeUnreachable,
        // Faults of one of the two programs.
        [ProtocolErrors.MalformedHello.Code] = Unexpected,
        [ProtocolErrors.FrameInvalid.Code] = Unexpected,
        [ProtocolErrors.WindowExceeded.Code] = Unexpected,
        [ProtocolErrors.PeerFloods.Code] = Unexpected,
        [ProtocolErrors.StreamReset.Code] = Unexpected,
        [ProtocolErrors.ControlInvalid.Code] = Unexpected,
        // Ends a visitor's connection, never a run.
        [ProtocolErrors.BuffersFull.Code] = Unexpected,
        [ApiErrors.TokenNetworkRefused.Code] = Forbidden,
        [ApiErrors.TokenNameRefused.Code] = Forbidden,
        // Answers of the REST API, which no run of a client gets.
        // These answer the API's callers and the edge's operator.
        [LedgerErrors.PlaceUnknown.Code] = Unexpected,
        [LedgerErrors.TooManyStreams.Code] = Unexpected,
        [LedgerErrors.ReaderSlow.Code] = Unexpected,
        [LedgerErrors.ChainBroken.Code] = Unexpected,
        [LedgerErrors.QuotaSubjectUnknown.Code] = Unexpected,
        [LedgerErrors.QuotaInvalid.Code] = Unexpected,
        // These stand on the edge's own pages, and answer the API's callers.
        [SignupErrors.RegistrationClosed.Code] = Unexpected,
        [SignupErrors.DomainRefused.Code] = Unexpected,
        [SignupErrors.MailMissing.Code] = Unexpected,
        [SignupErrors.MailBusy.Code] = Unexpected,
        [SignupErrors.MailTooOften.Code] = Unexpected,
        [SignupErrors.ConfirmationInvalid.Code] = Unexpected,
        [PasskeyErrors.PasskeyRefused.Code] = Unexpected,
        [PasskeyErrors.PasskeyLate.Code] = Unexpected,
        [PasskeyErrors.PasskeyCopied.Code] = Unexpected,
        [PasskeyErrors.PasskeyElsewhere.Code] = Unexpected,
        [PasskeyErrors.PasskeyTooMany.Code] = Unexpected,
        [PasskeyErrors.PasskeyNotAdded.Code] = Unexpected,
        [CertificateErrors.OrderFailed.Code] = Unexpected,
        [PolicyErrors.PolicyInvalid.Code] = Configuration,
        [PolicyErrors.PolicyUnfit.Code] = Configuration,
        [PolicyErrors.PolicyFileInvalid.Code] = Configuration,
        // These stand on pages for visitors.
        [PolicyErrors.LoginNeeded.Code] = Unexpected,
        [PolicyErrors.AddressRefused.Code] = Unexpected,
        [PolicyErrors.MethodForbidden.Code] = Unexpected,
        [PolicyErrors.TooManyRequests.Code] = Unexpected,
        [PolicyErrors.BodyTooLarge.Code] = Unexpected,
        [PolicyErrors.Maintenance.Code] = Unexpected,
        [PolicyErrors.TooManyGuesses.Code] = Unexpected,
        [DomainErrors.DomainInvalid.Code] = Usage,
        [DomainErrors.DomainNotProven.Code] = Forbidden,
        [DomainErrors.DomainTaken.Code] = Taken,
        [DomainErrors.TooManyDomains.Code] = Quota,
        [DomainErrors.ProofGone.Code] = Forbidden,
        [ReservationErrors.ReservationUnknown.Code] = Unexpected,
        [ApiErrors.Unauthenticated.Code] = Unexpected,
        [ApiErrors.NotFound.Code] = Unexpected,
        [ApiErrors.MethodNotAllowed.Code] = Unexpected,
        [ApiErrors.RoleMissing.Code] = Unexpected,
        [ApiErrors.RequestInvalid.Code] = Unexpected,
        [ApiErrors.BodyTooLarge.Code] = Unexpected,
        [ApiErrors.MediaTypeUnsupported.Code] = Unexpected,
        [ApiErrors.PreconditionRequired.Code] = Unexpected,
        [ApiErrors.PreconditionFailed.Code] = Unexpected,
        [ApiErrors.IdempotencyKeyReused.Code] = Unexpected,
        [ApiErrors.IdempotencyInProgress.Code] = Unexpected,
        [ApiErrors.TooManyRequests.Code] = Unexpected,
        [ApiErrors.CursorInvalid.Code] = Unexpected,
        [ApiErrors.UnexpectedFault.Code] = Unexpected,
        [ApiErrors.LastOwner.Code] = Unexpected,
        [ApiErrors.StorageFull.Code] = Unexpected,
        [ApiErrors.BodyTimeout.Code] = Unexpected,
        [ApiErrors.TooManyObjects.Code] = Unexpected,
    };

    /// <summary>The exit code of a run that this failure ended. A code of a newer edge, unknown here, is unexpected.</summary>
    public static int Of(ErrorCode code) => TryDecide(code, out var exit) ? exit : Unexpected;

    /// <summary>Whether somebody has decided what this code means for scripts.</summary>
    public static bool TryDecide(ErrorCode code, out int exit)
    {
        if (s_table.TryGetValue(code, out exit))
        {
            return true;
        }

        exit = Unexpected;
        return code.Number >= FirstCodeOfTheEdge;
    }
}

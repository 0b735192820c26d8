namespace Mport.Protocol.Errors;

/// <summary>Every code, in the order of its number. <c>docs/errors.md</c> is this list.</summary>
public static class ErrorCatalog
{
    /// <summary>All descriptions, ordered by code.</summary>
    public static IReadOnlyList<ErrorDescription> All { get; } =
    [
        .. UsageErrors.All, .. AccountErrors.All, .. TunnelErrors.All, .. ConnectionErrors.All,
        .. ProtocolErrors.All, .. ApiErrors.All, .. LedgerErrors.All, .. ReservationErrors.All, .. TeamErrors.All, .. SignupErrors.All, .. PasskeyErrors.All, .. PolicyErrors.All, .. CertificateErrors.All, .. DomainErrors.All, .. EdgeErrors.All, .. MailErrors.All,
        .. VisitorErrors.All,
    ];

    /// <summary>The description of a code, or null when no such code exists.</summary>
    public static ErrorDescription? Find(ErrorCode code)
    {
        foreach (var description in All)
        {
            if (description.Code == code)
            {
                return description;
            }
        }

        return null;
    }
}

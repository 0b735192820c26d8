using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Events;

namespace Mport.Server.Certificates;

/// <summary>Events of certificates.</summary>
internal static class CertificateEvents
{
    /// <summary>There is a new one.</summary>
    public static EdgeEvent Issued(CertificateState before, UserId? owner, DateTimeOffset notAfter) => Of(EventKinds.CertificateIssued, before.Name, owner) with
    {
        Before = before.NotAfter is { } old ? new Dictionary<string, string?> { ["not_after"] = Text(old) } : null,
        After = new Dictionary<string, string?> { ["not_after"] = Text(notAfter) },
    };

    /// <summary>None could be got; what there was is served further.</summary>
    public static EdgeEvent Failed(CertificateState state, UserId? owner, Failure why) => Of(EventKinds.CertificateFailed, state.Name, owner) with
    {
        Code = why.Code.ToString(),
        Reason = why.Text,
    };

    /// <summary>It ends soon, and renewing has not worked yet.</summary>
    public static EdgeEvent Expiring(CertificateState state, UserId? owner, DateTimeOffset notAfter) => Of(EventKinds.CertificateExpiring, state.Name, owner) with
    {
        After = new Dictionary<string, string?> { ["not_after"] = Text(notAfter) },
        Reason = state.Failure,
    };

    private static EdgeEvent Of(EventKind kind, string name, UserId? owner) =>
        new() { Kind = kind, Actor = EventActor.Edge, AccountId = owner, Subject = new EventSubject("certificate", name, name) };

    private static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}

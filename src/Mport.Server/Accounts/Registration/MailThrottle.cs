using System.Net;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Accounts.Registration;

/// <summary>
/// Limits mails that are asked for, so that nobody's mailbox is filled through the edge: of one network address some are free, then it waits as with
/// wrong passwords; to one e-mail address a few are free, then the pauses between them grow, whoever asks. Whether an account exists makes no difference.
/// </summary>
internal sealed class MailThrottle(TimeProvider time)
{
    /// <summary>Mails that one network address may ask for before it waits; people at work share one.</summary>
    public const int FreePerAddress = 10;

    /// <summary>Mails to one e-mail address before the pauses begin.</summary>
    public const int FreePerEmail = 3;

    private readonly FailureTable<AddressBlock> _addresses = new(time);
    private readonly FailureTable<string> _emails = new(time);

    /// <summary>How long the network address still has to wait, or null when it may ask. Asking counts.</summary>
    public TimeSpan? Ask(IPAddress from)
    {
        var address = AddressBlock.Of(from);
        if (_addresses.BlockedFor(address) is { } wait)
        {
            return wait;
        }

        _addresses.RecordFailure(address, FreePerAddress);
        return null;
    }

    /// <summary>Whether the e-mail address may get one more.</summary>
    public bool TryTake(EmailAddress email)
    {
        if (_emails.BlockedFor(email.Normalized) is not null)
        {
            return false;
        }

        _emails.RecordFailure(email.Normalized, FreePerEmail - 1);
        return true;
    }
}

using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Accounts;

/// <summary>What is counted about signing in.</summary>
internal sealed class AccountsMetrics
{
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _devices;
    private readonly Counter<long> _forms;
    private readonly Counter<long> _mails;
    private readonly Counter<long> _hashes;

    /// <summary>Makes the instruments.</summary>
    public AccountsMetrics(EdgeMeters meters)
    {
        var meter = meters.Create("accounts");
        _signIns = meter.CreateCounter<long>("mport.accounts.sign_ins", unit: null, "Attempts to sign in, by result: signed_in, code_wanted, or the code of the refusal.");
        _devices = meter.CreateCounter<long>("mport.accounts.device_logins", unit: null, "Logins of devices, by result: begun, approved, refused or throttled.");
        _forms = meter.CreateCounter<long>("mport.accounts.forms_refused", unit: null, "Forms and requests with a cookie that did not come from a page of this edge.");
        _mails = meter.CreateCounter<long>("mport.accounts.mails_asked", unit: null, "Mails that people asked for, by result: registration, password_reset, withheld (too many to one address), or the code of the refusal.");
        _hashes = meter.CreateCounter<long>("mport.accounts.password_hashes", unit: null, "Passwords hashed, to keep or to compare them: the processor time that signing in costs.");
    }

    /// <summary>Somebody tried to sign in.</summary>
    /// <param name="result"><c>signed_in</c>, <c>code_wanted</c>, or a code of the catalogue.</param>
    public void SignIn(string result) => _signIns.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>The login of a device came so far.</summary>
    /// <param name="result"><c>begun</c>, <c>approved</c>, <c>refused</c> or <c>throttled</c>.</param>
    public void Device(string result) => _devices.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>Somebody asked for a mail.</summary>
    /// <param name="result">The mail's kind, <c>withheld</c>, or a code of the catalogue.</param>
    public void MailAsked(string result) => _mails.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>A password was hashed.</summary>
    public void Hashed() => _hashes.Add(1);

    /// <summary>A form was refused.</summary>
    public void FormRefused() => _forms.Add(1);
}

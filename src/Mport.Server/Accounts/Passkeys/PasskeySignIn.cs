using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mport.Protocol.Errors;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>
/// Lets people in by a passkey, which is both factors at once: no code is asked for. Nobody says who he is, the passkey does, so that nothing here tells which
/// accounts there are.
/// </summary>
internal sealed class PasskeySignIn(PasskeyCeremonies ceremonies, PasskeyTickets tickets, PasskeyStore passkeys, SignInDesk desk, LoginThrottle throttle, ILogger<PasskeySignIn> logger)
{
    private const string Purpose = "sign-in";

    /// <summary>Whether this edge has a place for passkeys.</summary>
    public bool IsPossible => ceremonies.ArePossible;

    /// <summary>Why passkeys cannot be used at the address of this request, or null.</summary>
    public Failure? ObstacleAt(HttpContext context) => ceremonies.ObstacleAt(context);

    /// <summary>Asks the browser for a passkey of this edge.</summary>
    public async Task<PasskeyOptionsAnswer> BeginAsync(HttpContext context)
    {
        var question = await ceremonies.AskForAnyAsync(context);
        return new PasskeyOptionsAnswer(question.Options, tickets.Seal(question.State, Purpose));
    }

    /// <summary>Checks the answer and begins a session.</summary>
    /// <param name="sealedTicket">The question's ticket.</param>
    /// <param name="credential">The browser's answer.</param>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SignInResult> SignInAsync(string? sealedTicket, JsonElement credential, HttpContext context, CancellationToken cancellationToken)
    {
        var visitor = WebVisitor.Of(context);
        var name = ThrottleName(credential);
        if (throttle.BlockedFor(name, visitor.Address) is { } wait)
        {
            return desk.Refuse(SignInDesk.TooOften(wait), "", visitor);
        }

        var ticket = tickets.Open(sealedTicket, Purpose);
        if (ticket is { IsLate: true })
        {
            // Who went for a coffee has guessed nothing.
            return desk.Refuse(Failure.Of(PasskeyErrors.PasskeyLate), "", visitor);
        }

        if (ticket is null || await ceremonies.CheckAnswerAsync(ticket, credential, context) is not var (account, passkey))
        {
            throttle.RecordFailure(name, visitor.Address);
            return desk.Refuse(Failure.Of(PasskeyErrors.PasskeyRefused), "", visitor);
        }

        // Only who has the passkey learns what became of the account.
        if (account.IsDisabled)
        {
            return desk.Refuse(Failure.Of(AccountErrors.AccountDisabled), account.Email, visitor);
        }

        var use = await passkeys.UseAsync(account.Id, passkey.CredentialId, ticket.Asked, passkey.SignCount, passkey.IsBackedUp, cancellationToken);
        switch (use)
        {
            case PasskeyUse.Used:
                throttle.RecordSuccess(name, visitor.Address);
                return await desk.LetInAsync(account, "passkey", visitor, cancellationToken);
            case PasskeyUse.Copied:
                logger.PasskeyCopied(account.Id, visitor.AddressText);
                return Fail(PasskeyErrors.PasskeyCopied);
            case PasskeyUse.Late:
                return Fail(PasskeyErrors.PasskeyLate);
            case PasskeyUse.Gone:
                return Fail(PasskeyErrors.PasskeyRefused);
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        SignInResult.Refused Fail(ErrorDescription why)
        {
            throttle.RecordFailure(name, visitor.Address);
            return desk.Refuse(Failure.Of(why), account.Email, visitor);
        }
    }

    // What is tried is a passkey, by what its device calls it; it need not exist. Hashed, since it may have any length.
    private static string ThrottleName(JsonElement credential)
    {
        var id = credential.ValueKind is JsonValueKind.Object && credential.TryGetProperty("id", out var given) && given.ValueKind is JsonValueKind.String ? given.GetRawText() : "";
        return "passkey " + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
    }
}

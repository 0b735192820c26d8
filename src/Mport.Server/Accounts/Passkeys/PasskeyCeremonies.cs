using System.Data.Common;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mport.Protocol.Errors;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>
/// The two ceremonies of WebAuthn, as the framework has them (ASP.NET Core Identity's <see cref="PasskeyHandler{TUser}"/>): a passkey is made, a passkey answers. All
/// that is checked about keys, signatures and flags is checked there; here stands what is asked for, and at which addresses.
/// </summary>
internal sealed class PasskeyCeremonies : IDisposable
{
    private readonly UserManager<LoginRecord> _users;
    private readonly PasskeyHandler<LoginRecord> _handler;
    private readonly AccountLinks _links;

    /// <summary>Puts it together.</summary>
    /// <param name="domain">The edge's own name, to which passkeys belong.</param>
    /// <param name="links">The addresses of the edge's own pages.</param>
    /// <param name="users">The accounts.</param>
    public PasskeyCeremonies(string domain, AccountLinks links, PasskeyUsers users)
    {
        _links = links;
        _users = new UserManager<LoginRecord>(
            users, Options.Create(new IdentityOptions()), new NoPasswords(), [], [], new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(), new NoServices(), NullLogger<UserManager<LoginRecord>>.Instance);
        _handler = new PasskeyHandler<LoginRecord>(_users, Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = domain,
            AuthenticatorTimeout = PasskeyTickets.Lifetime,
            // Known by the device itself, so that nobody has to say who he is; and with its own PIN, finger or face, so that it is two factors.
            ResidentKeyRequirement = "required",
            UserVerificationRequirement = "required",
            // Which make of device it is, is none of our business.
            AttestationConveyancePreference = "none",
            ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.TopOrigin is null && links.Origins.Contains(context.Origin, StringComparer.Ordinal)),
        }));
    }

    /// <summary>Whether this edge can have passkeys at all: one whose name is an IP address cannot.</summary>
    public bool ArePossible => _links.Origins.Count > 0;

    /// <summary>Why passkeys cannot be used at the address of this request, or null.</summary>
    public Failure? ObstacleAt(HttpContext context) =>
        !ArePossible ? Failure.Of(PasskeyErrors.PasskeyElsewhere, "This edge's name is an IP address, to which no passkey can belong.")
        : !_links.Origins.Contains(RequestOrigin.OwnOrigin(context), StringComparer.Ordinal) ? Failure.Of(PasskeyErrors.PasskeyElsewhere, $"Passkeys of this edge belong to {_links.Root}, and browsers use them nowhere else.")
        : null;

    /// <summary>Asks for a new passkey of an account.</summary>
    public async Task<PasskeyQuestion> AskForNewAsync(LoginRecord account, HttpContext context)
    {
        var made = await _handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = account.Id.Value, Name = account.Email, DisplayName = account.Email }, context);
        return PasskeyQuestion.Of(made.CreationOptionsJson, made.AttestationState);
    }

    /// <summary>Asks for any passkey of this edge: which accounts there are is not told.</summary>
    public async Task<PasskeyQuestion> AskForAnyAsync(HttpContext context)
    {
        var made = await _handler.MakeRequestOptionsAsync(user: null, context);
        return PasskeyQuestion.Of(made.RequestOptionsJson, made.AssertionState);
    }

    /// <summary>Checks a new passkey; null when it does not hold.</summary>
    public async Task<UserPasskeyInfo?> CheckNewAsync(PasskeyTicket ticket, JsonElement credential, HttpContext context)
    {
        var result = await _handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = context, CredentialJson = credential.GetRawText(), AttestationState = ticket.State });
        ThrowIfDatabaseFailed(result.Failure);
        return result is { Succeeded: true, Passkey: { } passkey } && passkey.PublicKey.Length <= PasskeyStore.MaxPublicKey ? passkey : null;
    }

    /// <summary>Checks the answer of a passkey; null when it does not hold.</summary>
    public async Task<PasskeyAnswerer?> CheckAnswerAsync(PasskeyTicket ticket, JsonElement credential, HttpContext context)
    {
        var result = await _handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential.GetRawText(), AssertionState = ticket.State });
        ThrowIfDatabaseFailed(result.Failure);
        return result is { Succeeded: true, User: { } account, Passkey: { } passkey } ? new PasskeyAnswerer(account, passkey) : null;
    }

    /// <inheritdoc />
    public void Dispose() => _users.Dispose();

    // The framework makes a refusal of whatever fails in the store.
    private static void ThrowIfDatabaseFailed(PasskeyException? failure)
    {
        if (failure?.InnerException is DbException or DbUpdateException)
        {
            ExceptionDispatchInfo.Throw(failure.InnerException);
        }
    }

    /// <summary>Passwords have their own way (<see cref="Passwords.PasswordWork"/>).</summary>
    private sealed class NoPasswords : IPasswordHasher<LoginRecord>
    {
        public string HashPassword(LoginRecord user, string password) => throw new NotSupportedException();

        public PasswordVerificationResult VerifyHashedPassword(LoginRecord user, string hashedPassword, string providedPassword) => PasswordVerificationResult.Failed;
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}

/// <summary>What a browser is asked.</summary>
/// <param name="Options">The options for <c>navigator.credentials</c>, in WebAuthn's own JSON.</param>
/// <param name="State">What the framework must know again when the answer comes.</param>
internal sealed record PasskeyQuestion(JsonElement Options, string State)
{
    /// <summary>The question of the framework's texts.</summary>
    public static PasskeyQuestion Of(string? options, string? state) =>
        new(JsonElement.Parse(options ?? throw new InvalidOperationException("The framework asks nothing.")), state ?? throw new InvalidOperationException("The framework has no state."));
}

/// <summary>Whose passkey answered.</summary>
/// <param name="Account">The account.</param>
/// <param name="Passkey">The passkey, with the device's counter as it is now.</param>
internal sealed record PasskeyAnswerer(LoginRecord Account, UserPasskeyInfo Passkey);

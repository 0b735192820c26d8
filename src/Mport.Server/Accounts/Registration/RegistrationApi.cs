using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Server.Accounts.Web;
using Mport.Server.Api;

namespace Mport.Server.Accounts.Registration;

/// <summary><c>/api/v1/auth/register</c> and <c>/auth/password</c>: mails that people ask for. Nobody is signed in here, and cookies are not looked at.</summary>
internal static class RegistrationApi
{
    private const string Tag = "auth";

    /// <summary>Maps the resources.</summary>
    public static void MapRegistration(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/register", RegisterAsync).NeedsNobody().Takes<AddressRequest>().Refuses(StatusCodes.Status403Forbidden)
            .WithName("register").WithTags(Tag).WithSummary("Ask for the mail that makes an account; the answer does not tell whether there is one");
        api.MapPost("/auth/password", ForgotAsync).NeedsNobody().Takes<AddressRequest>().Refuses(StatusCodes.Status403Forbidden)
            .WithName("forgotPassword").WithTags(Tag).WithSummary("Ask for the mail that sets a password; the answer does not tell whether there is an account");
    }

    private static async Task<Results<Accepted<MailAnswer>, ApiProblem>> RegisterAsync(Body<AddressRequest> body, HttpContext context, MailDesk desk, CancellationToken cancellationToken) =>
        Answer(RequestOrigin.ObstacleToSigningIn(context) ?? await desk.RegisterAsync(body.Value.Email ?? "", WebVisitor.Of(context), cancellationToken));

    private static async Task<Results<Accepted<MailAnswer>, ApiProblem>> ForgotAsync(Body<AddressRequest> body, HttpContext context, MailDesk desk, CancellationToken cancellationToken) =>
        Answer(RequestOrigin.ObstacleToSigningIn(context) ?? await desk.ResetPasswordAsync(body.Value.Email ?? "", WebVisitor.Of(context), cancellationToken));

    private static Results<Accepted<MailAnswer>, ApiProblem> Answer(Failure? failure) =>
        failure is null ? TypedResults.Accepted((string?)null, new MailAnswer("accepted"))
        : failure.Code == AccountErrors.AccountFieldInvalid.Code ? ApiProblem.Invalid(new FieldError("/email", failure.Text))
        : AuthStatus.Problem(failure);
}

/// <summary>Whom a mail is to go to.</summary>
/// <param name="Email">The e-mail address.</param>
internal sealed record AddressRequest(string? Email);

/// <summary>That the wish was taken.</summary>
/// <param name="State"><c>accepted</c>: a mail comes if the address is one to get it.</param>
internal sealed record MailAnswer(string State);

/// <summary>The records of the resources.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AddressRequest))]
[JsonSerializable(typeof(MailAnswer))]
internal sealed partial class RegistrationJson : JsonSerializerContext;

using Mport.Protocol.Errors;
using Mport.Server.Api;

namespace Mport.Server.Accounts;

/// <summary>The HTTP status of a refusal of accounts. The same for an unknown account and a wrong password.</summary>
internal static class AuthStatus
{
    private static readonly Dictionary<ErrorCode, int> _statuses = new()
    {
        [AccountErrors.SignInTooOften.Code] = StatusCodes.Status429TooManyRequests,
        [AccountErrors.DeviceTooFast.Code] = StatusCodes.Status429TooManyRequests,
        [SignupErrors.MailTooOften.Code] = StatusCodes.Status429TooManyRequests,
        [SignupErrors.MailBusy.Code] = StatusCodes.Status503ServiceUnavailable,
        [SignupErrors.RegistrationClosed.Code] = StatusCodes.Status403Forbidden,
        [SignupErrors.DomainRefused.Code] = StatusCodes.Status403Forbidden,
        [SignupErrors.MailMissing.Code] = StatusCodes.Status403Forbidden,
        [AccountErrors.SignInBusy.Code] = StatusCodes.Status503ServiceUnavailable,
        [AccountErrors.SignInNeeded.Code] = StatusCodes.Status401Unauthorized,
        [AccountErrors.RoleForbids.Code] = StatusCodes.Status403Forbidden,
        [AccountErrors.DeviceRefused.Code] = StatusCodes.Status403Forbidden,
        [AccountErrors.SignInUnsafe.Code] = StatusCodes.Status403Forbidden,
        [AccountErrors.FormRefused.Code] = StatusCodes.Status403Forbidden,
        [AccountErrors.AccountExists.Code] = StatusCodes.Status409Conflict,
        [AccountErrors.SecondFactorSet.Code] = StatusCodes.Status409Conflict,
        [PasskeyErrors.PasskeyTooMany.Code] = StatusCodes.Status409Conflict,
        [PasskeyErrors.PasskeyElsewhere.Code] = StatusCodes.Status403Forbidden,
    };

    /// <summary>The status; 400 where nothing else fits better.</summary>
    public static int Of(Failure failure) => _statuses.GetValueOrDefault(failure.Code, StatusCodes.Status400BadRequest);

    /// <summary>The refusal as the API answers it.</summary>
    public static ApiProblem Problem(Failure failure) => ApiProblem.Of(Of(failure), failure);
}

using Mport.Protocol.Errors;

namespace Mport.Cli.Tests;

public sealed class ExitCodesTests
{
    [Fact]
    public void EveryCodeOfTheCatalogue_HasADecidedExitCode()
    {
        Assert.NotEmpty(ErrorCatalog.All);
        Assert.Empty(ErrorCatalog.All.Where(error => !ExitCodes.TryDecide(error.Code, out _)).Select(error => error.ToString()));
    }

    [Fact]
    public void CodesOfFailures_AreNeverSuccess() =>
        Assert.All(ErrorCatalog.All, error => Assert.NotEqual(ExitCodes.Success, ExitCodes.Of(error.Code)));

    [Fact]
    public void CodeOfANewerEdge_IsUnexpected() => Assert.Equal(1, ExitCodes.Of(new ErrorCode(1999)));

    public static TheoryData<int, int> Promised => new()
    {
        { UsageErrors.InvalidArgument.Code.Number, 2 },
        { UsageErrors.InvalidTarget.Code.Number, 2 },
        { UsageErrors.InvalidConfiguration.Code.Number, 3 },
        { AccountErrors.NotLoggedIn.Code.Number, 4 },
        { AccountErrors.TokenUnknown.Code.Number, 4 },
        { AccountErrors.TokenRevoked.Code.Number, 4 },
        { AccountErrors.TokenExpired.Code.Number, 4 },
        { AccountErrors.ScopeMissing.Code.Number, 5 },
        { TunnelErrors.PortOutOfRange.Code.Number, 5 },
        { TunnelErrors.NameTaken.Code.Number, 6 },
        { TunnelErrors.PortTaken.Code.Number, 6 },
        { TunnelErrors.TooManyTunnels.Code.Number, 7 },
        { ConnectionErrors.EdgeUnreachable.Code.Number, 8 },
        { ConnectionErrors.PinMismatch.Code.Number, 8 },
        { ConnectionErrors.CertificateUntrusted.Code.Number, 8 },
        { ConnectionErrors.TargetRefused.Code.Number, 9 },
        { ProtocolErrors.VersionUnsupported.Code.Number, 10 },
        { ConnectionErrors.WaitElapsed.Code.Number, 124 },
    };

    [Theory]
    [MemberData(nameof(Promised))]
    public void Failure_LeadsToThePromisedExitCode(int code, int exit) => Assert.Equal(exit, ExitCodes.Of(new ErrorCode(code)));
}

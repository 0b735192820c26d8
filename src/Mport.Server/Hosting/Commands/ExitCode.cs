using Mport.Protocol.Errors;

namespace Mport.Server.Hosting.Commands;

/// <summary>What <c>mportd</c> exits with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Something that nobody foresaw, and a check that found a fault.</summary>
    public const int Unexpected = 1;

    /// <summary>The command line is wrong, or names something that is not there.</summary>
    public const int Usage = 2;

    /// <summary>The configuration, the data folder, the database or a port cannot be used.</summary>
    public const int Configuration = 3;

    /// <summary>Stopped by a signal before it was done.</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code of a failure: what stands in a configuration is 3, what was typed is 2.</summary>
    public static int Of(ErrorCode code) =>
        code == UsageErrors.InvalidConfiguration.Code || code == UsageErrors.ConfigurationUnreadable.Code || code.Number / 100 == 20 ? Configuration
        : code.Number / 100 is 10 or 11 ? Usage
        : Unexpected;
}

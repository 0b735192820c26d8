using System.Globalization;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Cli.Configuration;

/// <summary>The connections to the edge: flag beats variable beats file beats the default, each value by itself.</summary>
/// <param name="Count">How many to ask for.</param>
/// <param name="Resume">Take broken ones up again.</param>
internal sealed record CarrierSettings(int Count, bool Resume)
{
    private const int DefaultCount = 2;

    /// <summary>Reads 1 to 8, or false.</summary>
    public static bool TryReadCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= CarrierSet.Max;

    /// <summary>Settles the values, or tells what is wrong with them.</summary>
    public static Checked<CarrierSettings> Resolve(string? count, bool noResume, Func<string, string?> variable, ConfigFile file)
    {
        var settings = new CarrierSettings(file.Carriers ?? DefaultCount, file.Resume && !noResume);
        var (text, origin) = count is not null ? (count, "--carriers") : (variable("MPORT_CARRIERS") is { Length: > 0 } set ? set : null, "MPORT_CARRIERS");
        if (text is null)
        {
            return settings;
        }

        return TryReadCount(text, out var read)
            ? settings with { Count = read }
            : Failure.Of(UsageErrors.InvalidArgument, $"{origin} is \"{text}\", which is not a number from 1 to {CarrierSet.Max}.");
    }
}

using Mport.Server.Hosting.Logging;

namespace Mport.Server.Accounts.Devices;

/// <summary>What a machine that wants to log in calls itself. It is shown to the person who approves, and is not trusted.</summary>
internal static class MachineName
{
    /// <summary>Characters at most, so that a token can be named after it.</summary>
    public const int MaxLength = 48;

    /// <summary>The name without what cannot be seen, cut; a word for none.</summary>
    public static string Of(string? text)
    {
        var visible = VisibleText.Of((text ?? "").Trim());
        var cut = visible[..Math.Min(visible.Length, MaxLength)].Trim();
        return cut.Length > 0 ? cut : "unnamed";
    }
}

namespace Mport.Cli.Configuration;

/// <summary>Where the user's configuration file is.</summary>
internal static class ConfigPath
{
    /// <summary><c>$XDG_CONFIG_HOME/mport/mport.yml</c>, <c>~/.config/mport/mport.yml</c>, or <c>%APPDATA%\mport\mport.yml</c>.</summary>
    public static string Default(Func<string, string?> variable)
    {
        var folder = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData)
            : variable("XDG_CONFIG_HOME") is { Length: > 0 } xdg
                ? xdg
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Path.Combine(folder, "mport", "mport.yml");
    }

    /// <summary>The file that this run uses: the option beats the variable beats the default place.</summary>
    /// <param name="option">The value of <c>--config</c>.</param>
    /// <param name="around">The environment.</param>
    /// <returns>The full path, and whether the user named it (then it must exist).</returns>
    public static (string Path, bool Named) Choose(string? option, Surroundings around) =>
        option is { Length: > 0 } ? (Path.GetFullPath(option), true)
        : around.VariableOrNull("MPORT_CONFIG") is { } variable ? (Path.GetFullPath(variable), true)
        : (around.DefaultConfigPath, false);
}

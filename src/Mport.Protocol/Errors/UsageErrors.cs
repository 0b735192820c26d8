namespace Mport.Protocol.Errors;

/// <summary>What is wrong with a command line or a configuration file: 10xx.</summary>
public static class UsageErrors
{
    /// <summary>The command line is not valid.</summary>
    public static ErrorDescription InvalidArgument { get; } = new()
    {
        Code = new(1001),
        Title = "The command line is not valid",
        Why = "A command, option or argument is unknown or has a value that cannot be used.",
        Fix = "Run the command with --help to see what it takes.",
    };

    /// <summary>The configuration file is not valid.</summary>
    public static ErrorDescription InvalidConfiguration { get; } = new()
    {
        Code = new(1002),
        Title = "The configuration file is not valid",
        Why = "A key is unknown, has the wrong kind of value, or the file is not YAML.",
        Fix = "Correct the line that the message names; `mport config check` or `mportd check` reads the file again.",
    };

    /// <summary>The configuration file cannot be read or written.</summary>
    public static ErrorDescription ConfigurationUnreadable { get; } = new()
    {
        Code = new(1003),
        Title = "The configuration file cannot be read or written",
        Why = "The file or its folder does not exist, or its permissions do not allow it.",
        Fix = "Check the path (`mport config path`) and its permissions.",
    };

    /// <summary>No tunnel of that name is in the configuration file.</summary>
    public static ErrorDescription NoSuchTunnelConfigured { get; } = new()
    {
        Code = new(1004),
        Title = "No tunnel of that name is in the configuration file",
        Why = "`mport start` was given a name that the file does not have.",
        Fix = "Run `mport config check` to see the names, or add the tunnel to the file.",
    };

    /// <summary>No edge is configured.</summary>
    public static ErrorDescription ServerUnknown { get; } = new()
    {
        Code = new(1005),
        Title = "No edge is configured",
        Why = "Neither --server, MPORT_SERVER nor the configuration file names an edge.",
        Fix = "Run `mport login HOST` first, or give --server HOST:PORT.",
    };

    /// <summary>The target cannot be used.</summary>
    public static ErrorDescription InvalidTarget { get; } = new()
    {
        Code = new(1006),
        Title = "The target cannot be used",
        Why = "A target is a port, a host:port, or a URL of a kind that the tunnel carries.",
        Fix = "Give a port from 1 to 65535 or host:port.",
    };

    /// <summary>No running tunnel of that name.</summary>
    public static ErrorDescription NoSuchRunningTunnel { get; } = new()
    {
        Code = new(1007),
        Title = "No running tunnel of that name",
        Why = "No `mport` process of this user serves a tunnel of that name.",
        Fix = "Run `mport ps` to see what runs.",
    };

    internal static ErrorDescription[] All { get; } = [InvalidArgument, InvalidConfiguration, ConfigurationUnreadable, NoSuchTunnelConfigured, ServerUnknown, InvalidTarget, NoSuchRunningTunnel];
}

namespace Mport.Protocol.Errors;

/// <summary>Starting and running an edge: 20xx.</summary>
public static class EdgeErrors
{
    /// <summary>A port of the edge is in use.</summary>
    public static ErrorDescription PortInUse { get; } = new()
    {
        Code = new(2001),
        Title = "A port of the edge is in use",
        Why = "Another program listens on it.",
        Fix = "Stop that program, or give another port (--http-port, --tls-port).",
    };

    /// <summary>A port may not be bound.</summary>
    public static ErrorDescription PortForbidden { get; } = new()
    {
        Code = new(2002),
        Title = "A port may not be bound",
        Why = "Ports under 1024 need a privilege.",
        Fix = "Use a higher port, or give the program the capability: setcap cap_net_bind_service=+ep mportd.",
    };

    /// <summary>The data folder cannot be used.</summary>
    public static ErrorDescription DataFolderUnusable { get; } = new()
    {
        Code = new(2003),
        Title = "The data folder cannot be used",
        Why = "It cannot be created or written.",
        Fix = "Check --data and the folder's owner and permissions.",
    };

    /// <summary>The database cannot be used.</summary>
    public static ErrorDescription DatabaseUnusable { get; } = new()
    {
        Code = new(2004),
        Title = "The database cannot be used",
        Why = "It is damaged, locked, or not a database of Mport.",
        Fix = "Check the path; restore a backup if it is damaged. The file was not changed.",
    };

    /// <summary>The database is from a newer version.</summary>
    public static ErrorDescription DatabaseTooNew { get; } = new()
    {
        Code = new(2005),
        Title = "The database is from a newer version",
        Why = "A newer mportd has migrated it.",
        Fix = "Use that version, or restore a backup from before.",
    };

    /// <summary>This kind of database is not supported.</summary>
    public static ErrorDescription DatabaseUnsupported { get; } = new()
    {
        Code = new(2006),
        Title = "This kind of database is not supported",
        Why = "--database takes sqlite:PATH.",
        Fix = "Use sqlite: with a path, or leave the option out.",
    };

    /// <summary>The certificate or its key cannot be used.</summary>
    public static ErrorDescription CertificateUnusable { get; } = new()
    {
        Code = new(2007),
        Title = "The certificate or its key cannot be used",
        Why = "A file is missing, not PEM, expired, does not fit the other, or may be read by others.",
        Fix = "Correct --cert and --key; a key file must be readable by its owner alone (chmod 600).",
    };

    /// <summary>The edge has no enabled account.</summary>
    public static ErrorDescription NoAccounts { get; } = new()
    {
        Code = new(2008),
        Title = "The edge has no enabled account",
        Why = "Without an account and a token nobody could use the edge, and nothing is open by default.",
        Fix = "Add one: `mportd user add EMAIL --admin`, then `mportd token create --user EMAIL --name NAME`.",
    };

    /// <summary>Another edge uses this data folder.</summary>
    public static ErrorDescription AlreadyRunning { get; } = new()
    {
        Code = new(2009),
        Title = "Another edge uses this data folder",
        Why = "Two edges on one SQLite database would give the same ports and names twice.",
        Fix = "Stop the other, or give another --data.",
    };

    internal static ErrorDescription[] All { get; } = [PortInUse, PortForbidden, DataFolderUnusable, DatabaseUnusable, DatabaseTooNew, DatabaseUnsupported, CertificateUnusable, NoAccounts, AlreadyRunning];
}

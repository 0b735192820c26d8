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
        Why = "--database takes sqlite:PATH or postgres://user:password@host/db.",
        Fix = "Use one of these, or leave the option out for a file in the data folder.",
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

    /// <summary>The running edge does not answer a takeover.</summary>
    public static ErrorDescription TakeoverUnanswered { get; } = new()
    {
        Code = new(2040),
        Title = "The running edge does not answer a takeover",
        Why = "It is of a version without takeover, hangs, or runs as another user.",
        Fix = "Run as the user of the running edge, or stop it and start without --takeover.",
    };

    /// <summary>Another takeover is under way.</summary>
    public static ErrorDescription TakeoverUnderWay { get; } = new()
    {
        Code = new(2041),
        Title = "Another takeover is under way",
        Why = "One process at a time can take a running edge over.",
        Fix = "Wait until the other one has ended; if it fails, try again.",
    };

    /// <summary>The two versions cannot hand over to each other.</summary>
    public static ErrorDescription TakeoverMismatch { get; } = new()
    {
        Code = new(2042),
        Title = "The two versions cannot hand over to each other",
        Why = "They speak different versions of the handover. The running edge goes on.",
        Fix = "Stop the running edge and start the other without --takeover.",
    };

    /// <summary>The takeover failed.</summary>
    public static ErrorDescription TakeoverFailed { get; } = new()
    {
        Code = new(2043),
        Title = "The takeover failed",
        Why = "The running edge broke it off or ended.",
        Fix = "Look at the running edge's log; if it still runs, try again, else start without --takeover.",
    };

    /// <summary>Takeover is not possible here.</summary>
    public static ErrorDescription TakeoverUnsupported { get; } = new()
    {
        Code = new(2044),
        Title = "Takeover is not possible here",
        Why = "It needs Linux, and a data folder with a path short enough for a Unix socket.",
        Fix = "Give a shorter --data, or stop the running edge and start without --takeover.",
    };

    /// <summary>The database server cannot be used.</summary>
    public static ErrorDescription DatabaseUnreachable { get; } = new()
    {
        Code = new(2050),
        Title = "The database server cannot be used",
        Why = "Nothing answers at its address, or it refuses the user, the password or the database's name.",
        Fix = "Check --database and the server: `psql` with the same URL must work from this machine. The edge makes tables, not databases: createdb -O USER DB.",
    };

    /// <summary>The database's address cannot be read.</summary>
    public static ErrorDescription DatabaseUrlInvalid { get; } = new()
    {
        Code = new(2051),
        Title = "The database's address cannot be read",
        Why = "It is not of the form postgres://user:password@host[:port]/db[?options], or an option is unknown.",
        Fix = "Correct --database; docs/database.md lists the options. Characters with a meaning in URLs are escaped in a password, @ as %40.",
    };

    internal static ErrorDescription[] All { get; } = [PortInUse, PortForbidden, DataFolderUnusable, DatabaseUnusable, DatabaseTooNew, DatabaseUnsupported, CertificateUnusable, NoAccounts, AlreadyRunning, TakeoverUnanswered, TakeoverUnderWay, TakeoverMismatch, TakeoverFailed, TakeoverUnsupported, DatabaseUnreachable, DatabaseUrlInvalid];
}

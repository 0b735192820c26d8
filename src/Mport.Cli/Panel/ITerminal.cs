namespace Mport.Cli.Panel;

/// <summary>The terminal that standard output is.</summary>
internal interface ITerminal
{
    /// <summary>Columns and rows now.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>False when the terminal belongs to another job: what is written then lands in somebody else's picture.</summary>
    bool InForeground { get; }

    /// <summary>Keys are not echoed until the result is disposed.</summary>
    IDisposable SilenceKeys();

    /// <summary>Stops this process until the shell continues it: what Ctrl-Z asks for.</summary>
    void Suspend();
}

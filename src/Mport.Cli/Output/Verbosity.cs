namespace Mport.Cli.Output;

/// <summary>How much goes to standard error: <c>--log-level</c>.</summary>
internal enum Verbosity
{
    /// <summary>What failed for good.</summary>
    Error,

    /// <summary>Also what went wrong and is being retried.</summary>
    Warn,

    /// <summary>Also what happened: the default.</summary>
    Info,

    /// <summary>Also each connection and each attempt.</summary>
    Debug,
}

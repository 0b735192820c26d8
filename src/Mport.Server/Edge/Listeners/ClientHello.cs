namespace Mport.Server.Edge.Listeners;

/// <summary>What the edge reads from a ClientHello to decide where the connection goes.</summary>
/// <param name="ServerName">The name asked for (SNI), as sent; null when none was.</param>
/// <param name="Protocols">The offered protocols (ALPN), in the client's order.</param>
internal sealed record ClientHello(string? ServerName, IReadOnlyList<string> Protocols);

/// <summary>How reading a ClientHello went.</summary>
internal enum ClientHelloResult
{
    /// <summary>All of it is here and valid.</summary>
    Complete,

    /// <summary>Valid so far; more bytes are needed.</summary>
    Incomplete,

    /// <summary>This is not a ClientHello, or not a valid one.</summary>
    Invalid,
}

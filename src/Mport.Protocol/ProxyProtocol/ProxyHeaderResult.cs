namespace Mport.Protocol.ProxyProtocol;

/// <summary>How reading a PROXY protocol header went.</summary>
public enum ProxyHeaderResult
{
    /// <summary>All of it is here and valid.</summary>
    Complete,

    /// <summary>Valid so far; more bytes are needed.</summary>
    Incomplete,

    /// <summary>This is not a header, or not a valid one.</summary>
    Invalid,
}

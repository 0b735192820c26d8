using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>
/// Whose a port was last, and since when: once given up, it goes to nobody else for a while, so that a stranger does not answer those who still call it
/// (SEC-43). Written by whoever takes a port, as <see cref="ReleasedName"/> is. At most one row for each port, so the table is bounded by the edge's ranges.
/// </summary>
internal sealed class ReleasedPort
{
    /// <summary>The protocol.</summary>
    public required PortTransport Transport { get; init; }

    /// <summary>The number.</summary>
    public required int Port { get; init; }

    /// <summary>Whose it was; that account may have it again at once.</summary>
    public required UserId UserId { get; set; }

    /// <summary>When it was given up; of one that is held, when it was taken.</summary>
    public required DateTimeOffset ReleasedAt { get; set; }
}

/// <summary>What a public port speaks. TCP and UDP ports of one number are two ports.</summary>
internal enum PortTransport
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,
}

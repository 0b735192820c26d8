using Mport.Protocol.Identity;

namespace Mport.Client;

/// <summary>All that one run of the engine needs to know. Immutable.</summary>
public sealed record ClientOptions
{
    /// <summary>The edge's TLS port.</summary>
    public required EdgeAddress Edge { get; init; }

    /// <summary>The access token.</summary>
    public required Secret Token { get; init; }

    /// <summary>The one certificate that is trusted; null means the system's authorities.</summary>
    public CertificatePin? Pin { get; init; }

    /// <summary>Trust any certificate. For tests by hand alone; the caller warns the user each time.</summary>
    public bool Insecure { get; init; }

    /// <summary>The installation's lasting id; see <see cref="ClientIdFile"/>.</summary>
    public required string ClientId { get; init; }

    /// <summary>The tunnels to open, at least one, each name once.</summary>
    public required IReadOnlyList<TunnelSpec> Tunnels { get; init; }

    /// <summary>How many carriers to ask for, 1 to 8; the edge may allow fewer. Default 2.</summary>
    public int Carriers { get; init; } = 2;

    /// <summary>Take a broken connection up again where the edge agrees, so that no visitor notices. Default yes.</summary>
    public bool Resume { get; init; } = true;

    /// <summary>End at the first failure instead of trying again.</summary>
    public bool FailFast { get; init; }

    /// <summary>How long a connection attempt to the edge may take, from DNS to Welcome, for one address. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection attempt to a target may take. Default 10 s.</summary>
    public TimeSpan TargetTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection of which one direction has ended may carry nothing in the other. Default 5 min.</summary>
    public TimeSpan HalfClosedTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a UDP visitor may be silent in both directions before its socket at the target is closed. The edge has an idle time of its own
    /// (60 s by default) and tells when it forgets a visitor, so this one is for visitors of an edge that is lost. Default 5 min.
    /// </summary>
    public TimeSpan DatagramIdle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>UDP visitors at one time, each with a socket at its target; one more closes the one that was silent for longest. Default 10,000, as at the edge.</summary>
    public int MaxDatagramFlows { get; init; } = 10_000;

    /// <summary>How long streams may still run after a stop was asked for. Default 5 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);
}

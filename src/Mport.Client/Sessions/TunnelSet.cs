using Mport.Protocol.Errors;

namespace Mport.Client.Sessions;

/// <summary>The tunnels of a run, in the order of the options.</summary>
internal sealed class TunnelSet(IReadOnlyList<TunnelSpec> specs, TimeProvider time)
{
    private Failure? _firstEnd;

    /// <summary>All of them, ended ones too.</summary>
    public IReadOnlyList<HostedTunnel> All { get; } = [.. specs.Select(spec => new HostedTunnel(spec, time))];

    /// <summary>Those that are still to be served.</summary>
    public IEnumerable<HostedTunnel> Wanted => All.Where(tunnel => tunnel.Ended is null);

    /// <summary>Ends one for good; gives the first failure of all when it was the last one left.</summary>
    public Failure? End(HostedTunnel tunnel, Failure failure)
    {
        Interlocked.CompareExchange(ref _firstEnd, failure, null);
        tunnel.End(failure);
        return Wanted.Any() ? null : _firstEnd;
    }
}

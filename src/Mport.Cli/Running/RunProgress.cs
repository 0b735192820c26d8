using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Running;

/// <summary>How far a run has come: which of its tunnels are ready, and which have failed for good. Pure.</summary>
internal sealed class RunProgress(IReadOnlyList<TunnelSpec> tunnels)
{
    private readonly HashSet<string> _ready = [];
    private readonly Dictionary<string, Failure> _failed = [];

    /// <summary>Whether any tunnel has ever been ready.</summary>
    public bool EverReady { get; private set; }

    /// <summary>Whether there is nothing more to wait for: each tunnel is ready or has failed for good, and at least one is ready.</summary>
    public bool Settled => _ready.Count > 0 && _ready.Count + _failed.Count == tunnels.Count;

    /// <summary>The last failure, when every tunnel has failed for good; else null.</summary>
    public Failure? AllFailed { get; private set; }

    public void Apply(ClientEvent happened)
    {
        switch (happened)
        {
            case TunnelReady ready:
                EverReady = true;
                _failed.Remove(ready.Tunnel.Name);
                _ready.Add(ready.Tunnel.Name);
                break;
            case TunnelNotOpened notOpened:
                Fail(notOpened.Tunnel, notOpened.Failure);
                break;
            case TunnelEnded ended:
                Fail(ended.Tunnel, ended.Failure);
                break;
        }
    }

    private void Fail(TunnelSpec tunnel, Failure failure)
    {
        _ready.Remove(tunnel.Name);
        if (failure.Retry)
        {
            return;
        }

        _failed[tunnel.Name] = failure;
        AllFailed = _failed.Count == tunnels.Count ? failure : null;
    }
}

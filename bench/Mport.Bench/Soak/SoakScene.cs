using System.Globalization;
using Mport.Bench.Processes;
using Mport.Testing;

namespace Mport.Bench.Soak;

/// <summary>The real programs of a soak: edge, client behind a relay that can cut, and target; each can be ended and started again.</summary>
internal sealed class SoakScene : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string _folder;
    private readonly List<int> _targetPorts = FreePorts.Find(3, 10000, 19999);
    private readonly List<int> _publicPorts = FreePorts.Find(2, 20000, 20999);
    private FaultRelay? _relay;
    private Child? _client;
    private Child? _target;

    /// <summary>Names the scene; <see cref="StartAsync"/> sets it going.</summary>
    public SoakScene(string folder)
    {
        _folder = folder;
        Edge = new EdgeUnderLoad(folder, [], []);
    }

    /// <summary>The edge.</summary>
    public EdgeUnderLoad Edge { get; }

    /// <summary>The client.</summary>
    public Child Client => _client ?? throw new BenchException("the client does not run");

    /// <summary>What can break the connections between client and edge.</summary>
    public FaultRelay Relay => _relay ?? throw new BenchException("the relay does not run");

    /// <summary>The public port of the TCP echo.</summary>
    public int TcpPort => _publicPorts[0];

    /// <summary>Whether the edge offers UDP tunnels.</summary>
    public bool HasUdp { get; private set; }

    /// <summary>The public port of the UDP echo.</summary>
    public int UdpPort => _publicPorts[1];

    /// <summary>Starts everything.</summary>
    public async Task StartAsync()
    {
        await Edge.StartAsync();
        _relay = new FaultRelay(Edge.TlsPort, TimeProvider.System);
        await StartTargetAsync();
        await WriteTunnelsAsync(withUdp: false);
        await StartClientAsync();
        HasUdp = await TryUdpAsync();
        if (HasUdp)
        {
            await WriteTunnelsAsync(withUdp: true);
            await Client.KillAsync();
            await StartClientAsync();
        }
    }

    private async Task<bool> TryUdpAsync()
    {
        await using var probe = Child.Start(
            ["out/mport", "udp", _targetPorts[2].ToString(CultureInfo.InvariantCulture), "--fail-fast", "--name", "probe"],
            ("MPORT_SERVER", $"127.0.0.1:{Relay.Port}"), ("MPORT_TOKEN", Edge.Token), ("MPORT_PIN", Edge.Pin), ("XDG_CONFIG_HOME", _folder), ("XDG_STATE_HOME", _folder));
        try
        {
            await probe.LineAsync(line => line.StartsWith("udp:", StringComparison.Ordinal), StartLimit);
            return true;
        }
        catch (BenchException refused)
        {
            Console.Error.WriteLine($"soak: without UDP: {refused.Message}");
            return false;
        }
    }

    private Task WriteTunnelsAsync(bool withUdp) => File.WriteAllLinesAsync(
        Path.Combine(_folder, "mport.yml"),
        [
            "tunnels:",
            $$"""  web: { proto: http, target: "127.0.0.1:{{_targetPorts[0]}}", subdomain: soak }""",
            $$"""  echo: { proto: tcp, target: "127.0.0.1:{{_targetPorts[1]}}", remote_port: {{TcpPort}} }""",
            .. withUdp ? (string[])[$$"""  datagrams: { proto: udp, target: "127.0.0.1:{{_targetPorts[2]}}", remote_port: {{UdpPort}} }"""] : [],
        ]);

    /// <summary>Starts the target, after it was killed for example.</summary>
    public async Task StartTargetAsync()
    {
        _target = Child.StartSelf(["soak-target", .. _targetPorts.Select(port => port.ToString(CultureInfo.InvariantCulture))]);
        await _target.LineAsync(line => line == "serving", StartLimit);
    }

    /// <summary>Kills the target.</summary>
    public Task KillTargetAsync() => (_target ?? throw new BenchException("the target does not run")).KillAsync();

    /// <summary>Starts the client, and waits for its three tunnels.</summary>
    public async Task StartClientAsync()
    {
        _client = Child.Start(
            ["out/mport", "start", "--all", "--config", Path.Combine(_folder, "mport.yml")],
            ("MPORT_SERVER", $"127.0.0.1:{Relay.Port}"), ("MPORT_TOKEN", Edge.Token), ("MPORT_PIN", Edge.Pin),
            ("XDG_CONFIG_HOME", _folder), ("XDG_STATE_HOME", _folder), ("XDG_RUNTIME_DIR", _folder));
        // In a pipe it writes the address of each tunnel that works.
        var missing = new HashSet<string>(HasUdp ? ["http", "tcp", "udp"] : ["http", "tcp"], StringComparer.Ordinal);
        while (missing.Count > 0)
        {
            var line = await _client.LineAsync(line => line.Contains("://", StringComparison.Ordinal), StartLimit);
            missing.Remove(line[..line.IndexOf(':')]);
        }

        _client.ReadAway();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var child in new[] { _client, _target })
        {
            if (child is not null)
            {
                await child.DisposeAsync();
            }
        }

        await Edge.DisposeAsync();
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }
    }
}

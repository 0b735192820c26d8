namespace Mport.Cli.Processes;

/// <summary>One line of <c>mport ps --json</c>: a tunnel of a running process; uptime is in seconds.</summary>
internal sealed record RunningTunnelLine(
    string Tunnel, string Proto, string? Url, string Target, string Edge, string State, bool? Healthy, string? Group, int Open, long Total, long BytesIn, long BytesOut, double Uptime, int Pid)
{
    /// <summary>A line for each tunnel of these processes.</summary>
    public static IEnumerable<RunningTunnelLine> Of(IEnumerable<RunReply> processes) => processes.SelectMany(process => process.Tunnels.Select(tunnel => new RunningTunnelLine(
        tunnel.Name, tunnel.Proto, tunnel.Url, tunnel.Target, process.Edge, process.State, tunnel.Healthy, tunnel.Group, tunnel.Open, tunnel.Total, tunnel.BytesIn, tunnel.BytesOut, process.Uptime, process.Pid)));
}

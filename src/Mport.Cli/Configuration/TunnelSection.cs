using Mport.Client;

namespace Mport.Cli.Configuration;

/// <summary>One name under <c>tunnels</c> in a configuration file.</summary>
/// <param name="Name">The name, by which it is started.</param>
/// <param name="Tunnels">Its tunnel, or one for each port of its range.</param>
internal sealed record TunnelSection(string Name, IReadOnlyList<TunnelSpec> Tunnels);

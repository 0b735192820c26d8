using Mport.Client;

namespace Mport.Cli.Running;

/// <summary>The real engine behind the seam.</summary>
internal sealed class ClientEngine(TunnelClient client) : IEngine
{
    public ClientStatus Status => client.Status;

    public Task<ClientEnd> RunAsync(CancellationToken stop) => client.RunAsync(stop);
}

using Mport.Protocol.Transport;
using Mport.Server.Hosting;
using Mport.Server.Hosting.Commands;

namespace Mport.Server;

/// <summary>The program <c>mportd</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        SocketCompletions.RunInline();
        using var signals = new ShutdownSignals();
        return await EdgeCommands.RunAsync(args, CommandEnvironment.OfProcess(), signals.Token);
    }
}

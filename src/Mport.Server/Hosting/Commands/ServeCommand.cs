using System.CommandLine;
using Mport.Server.Hosting.Supervision;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd serve</c>.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Build(CommandFrame frame)
    {
        var serve = new Command("serve", "Run the edge until it is told to stop.");
        foreach (var option in frame.Others)
        {
            serve.Options.Add(option);
        }

        var takeover = new Option<bool>("--takeover")
        {
            Description = "Take the place of the edge that runs with this data folder, without losing a connection; start as usual where none runs.",
        };
        serve.Options.Add(takeover);
        frame.Handle(serve, (call, cancellationToken) => EdgeHost.RunAsync(
            call.Settings,
            new EdgeStart { TakesOver = call.Typed.GetValue(takeover), NotifySocket = call.Environment.Variable(ServiceNotifier.Variable) },
            call.Environment.Output,
            call.Environment.Time,
            cancellationToken));
        return serve;
    }
}

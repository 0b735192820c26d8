using System.CommandLine;

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

        frame.Handle(serve, (call, cancellationToken) => EdgeHost.RunAsync(call.Settings, call.Environment.Output, call.Environment.Time, cancellationToken));
        return serve;
    }
}

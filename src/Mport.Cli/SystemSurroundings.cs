using System.Text;
using Mport.Cli.Configuration;
using Mport.Cli.Panel;
using Mport.Cli.Running;
using Mport.Client;
using Mport.Protocol.Identity;

namespace Mport.Cli;

/// <summary>The real world: console, environment, clock and engine.</summary>
internal static class SystemSurroundings
{
    // A token has 80 characters; whatever is longer is not one.
    private const int LongestSecret = 4096;

    public static Surroundings Create() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        Terminal = SystemTerminal.Find(),
        ReadSecret = ReadSecret,
        Variable = Environment.GetEnvironmentVariable,
        DefaultConfigPath = ConfigPath.Default(Environment.GetEnvironmentVariable),
        StateFolder = ClientIdFile.StateFolder,
        MachineName = Environment.MachineName,
        ProcessId = Environment.ProcessId,
        Time = TimeProvider.System,
        Engine = (options, observer, time) => new ClientEngine(new TunnelClient(options, observer, time)),
        ListenForSignals = StopSignals.Listen,
    };

    private static Secret? ReadSecret(string prompt)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine()?.Trim() is { Length: > 0 } line ? new Secret(line) : null;
        }

        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.Error.WriteLine();
                var text = typed.ToString().Trim();
                return text.Length > 0 ? new Secret(text) : null;
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar) && typed.Length < LongestSecret)
            {
                typed.Append(key.KeyChar);
            }
        }
    }
}

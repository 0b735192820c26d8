using Mport.Cli.Commands;
using Mport.Cli.Running;
using Mport.Protocol.Identity;
using Mport.Testing;

namespace Mport.Cli.Tests;

/// <summary>A world of its own for one test: folders, streams, environment, clock and engine.</summary>
internal sealed class CliWorld : IDisposable
{
    /// <summary>A token of the right form.</summary>
    public static readonly string Token = AccessToken.Create("01JABCDEFGHJKMNPQRSTVWXYZ0").Reveal();

    /// <summary>A pin of the right form.</summary>
    public static readonly string Pin = "sha256:" + new string('a', 64);

    private readonly TaskCompletionSource<FakeEngine> _engine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Short, because a socket's path has at most 108 characters.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mp");

    public WatchedWriter Out { get; } = new();

    public WatchedWriter Error { get; } = new();

    public ManualTimeProvider Time { get; init; } = new();

    public StopSignals Signals { get; } = new();

    public Dictionary<string, string> Variables { get; } = [];

    public Secret? Typed { get; set; }

    public bool OutIsTerminal { get; init; }

    public FakeTerminal Terminal { get; } = new();

    public int ProcessId { get; init; } = Environment.ProcessId;

    /// <summary>Another world's state folder, to be seen by its `ps`.</summary>
    public string? SharedState { get; init; }

    public string StateFolder => SharedState ?? Path.Combine(_folder.FullName, "state");

    public string ConfigPath => Path.Combine(_folder.FullName, "config", "mport", "mport.yml");

    /// <summary>The engine of the run, once it has started.</summary>
    public async Task<FakeEngine> EngineAsync()
    {
        var engine = await _engine.Task.Limited("a run to begin");
        await engine.Started;
        return engine;
    }

    public Surroundings Surroundings() => new()
    {
        Out = Out,
        Error = Error,
        Terminal = OutIsTerminal ? Terminal : null,
        ReadSecret = _ => Typed,
        Variable = Variables.GetValueOrDefault,
        DefaultConfigPath = ConfigPath,
        StateFolder = StateFolder,
        MachineName = "laptop",
        ProcessId = ProcessId,
        Time = Time,
        Engine = (options, observer, _) =>
        {
            var engine = new FakeEngine(options, observer);
            _engine.TrySetResult(engine);
            return engine;
        },
        ListenForSignals = () => Signals,
    };

    public Task<int> RunAsync(params string[] arguments) => new CommandTree(Surroundings()).RunAsync(arguments).Limited("mport " + string.Join(' ', arguments));

    /// <summary>Runs with an edge and a token.</summary>
    public Task<int> RunLoggedInAsync(params string[] arguments) => RunAsync([.. arguments, "--server", "edge.example:8443", "--token", Token]);

    public void WriteConfig(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ConfigPath) ?? ".");
        File.WriteAllText(ConfigPath, text);
        File.SetUnixFileMode(ConfigPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose()
    {
        Signals.Dispose();
        _folder.Delete(recursive: true);
    }
}

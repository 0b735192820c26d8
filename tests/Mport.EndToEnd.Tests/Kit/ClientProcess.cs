using Mport.Testing;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A real client that runs with <c>--json</c>; its events can be waited for.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private int _next;

    private ClientProcess(ProgramProcess process) => Process = process;

    /// <summary>The process.</summary>
    public ProgramProcess Process { get; }

    /// <summary>All events so far.</summary>
    public IReadOnlyList<ClientEvent> Events => [.. Process.Output.Lines.Select(ClientEvent.Parse)];

    /// <summary>Starts <c>mport ARGUMENTS --json</c>, logged in as the edge's owner.</summary>
    public static ClientProcess Start(EdgeProcess edge, ClientHome home, params string[] arguments) => Start(home.Environment(edge), arguments);

    /// <summary>Starts <c>mport ARGUMENTS --json</c> with these variables.</summary>
    public static ClientProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(ProgramProcess.Start(Programs.Client, [.. arguments, "--json"], environment));

    /// <summary>Starts it on the machine of its own that a namespace is.</summary>
    public static ClientProcess Start(NetworkNamespace machine, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (file, all) = machine.Inside(Programs.Client, [.. arguments, "--json"]);
        return new(ProgramProcess.Start(file, all, environment));
    }

    /// <summary>The next event of this name after the one that was waited for last; others before it are passed over.</summary>
    public async Task<ClientEvent> NextAsync(string name, TimeSpan? limit = null)
    {
        try
        {
            var (line, number) = await Process.Output.FirstAsync(line => ClientEvent.Parse(line).Name == name, $"{name} from the client", _next, limit);
            _next = number + 1;
            return ClientEvent.Parse(line);
        }
        catch (InvalidOperationException missing)
        {
            throw new InvalidOperationException($"{missing.Message}\n{Process.Errors.Tail()}\n{Process.Describe()}", missing);
        }
    }

    /// <summary>Waits until the tunnel works and gives its URL.</summary>
    public async Task<Uri> ReadyAsync(TimeSpan? limit = null) => new((await NextAsync("tunnel.ready", limit))["url"]);

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal) => Process.Send(signal);

    /// <summary>The exit status.</summary>
    public Task<int> ExitAsync(TimeSpan? limit = null) => Process.ExitAsync("the client to end", limit);

    /// <summary>Waits for the end and fails unless it has this exit status and reported this code.</summary>
    public async Task FailedAsync(int exit, string code)
    {
        var status = await ExitAsync();
        var said = Process.Output.Tail() + "\n" + Process.Errors.Tail();
        Assert.True(status == exit, $"It ended with status {status}, not {exit}:\n{said}");
        Assert.True(Process.Errors.Lines.Any(line => line.Contains(code, StringComparison.Ordinal)), $"It did not say {code} on standard error:\n{said}");
        Assert.True(Events.Any(one => one.Name == "error" && one["code"] == code), $"It has no error event with {code}:\n{said}");
    }

    /// <summary>Ends it as a crash would.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}

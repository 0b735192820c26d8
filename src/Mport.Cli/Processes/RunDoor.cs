using System.Net.Sockets;
using System.Text.Json;
using Mport.Cli.Output;
using Mport.Cli.Running;
using Mport.Client;

namespace Mport.Cli.Processes;

/// <summary>The socket at which a running process tells <c>mport ps</c> what it serves and hears <c>mport stop</c>.</summary>
internal sealed class RunDoor(Surroundings around, IEngine engine, ClientOptions options, Action stop) : IAsyncDisposable
{
    // Each caller is one of the user's own commands, which asks at once; more at a time wait in the backlog.
    private const int Backlog = 16;
    private static readonly TimeSpan s_callerLimit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _closing = new();
    private readonly long _started = around.Time.GetTimestamp();
    private readonly List<Socket> _waitingForTheEnd = [];
    private Socket? _listener;
    private string? _path;
    private Task _serving = Task.CompletedTask;

    /// <summary>Whether <c>mport stop</c> asked for the end of this run.</summary>
    public bool StopAsked { get; private set; }

    /// <summary>Begins to answer. The tunnels do not depend on it.</summary>
    /// <returns>Null, or why <c>mport ps</c> will not see this process.</returns>
    public string? Open()
    {
        try
        {
            _path = new RunFolder(around.StateFolder).PrepareOwn(around.ProcessId);
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(_path));
            _listener.Listen(Backlog);
            _serving = ServeAsync(_listener);
            return null;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or SocketException or ArgumentException or PlatformNotSupportedException)
        {
            // ArgumentException: the path is longer than a socket's address can be.
            return $"`mport ps` and `mport stop` will not see this process: {unusable.Message}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener?.Dispose();
        await _serving;
        _waitingForTheEnd.ForEach(socket => socket.Dispose());
        _closing.Dispose();
        if (_listener is not null && _path is not null)
        {
            File.Delete(_path);
        }
    }

    private async Task ServeAsync(Socket listener)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await AnswerAsync(await listener.AcceptAsync(_closing.Token));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or IOException or JsonException)
            {
                // A caller that hung up or sent something else; or the end.
            }
        }
    }

    /// <summary>Answers one caller. One at a time is enough: an answer takes microseconds, and a silent caller is cut after 2 s.</summary>
    private async Task AnswerAsync(Socket caller)
    {
        var keep = false;
        try
        {
            using var limit = new CancellationTokenSource(s_callerLimit, around.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
            var request = JsonSerializer.Deserialize((await RunLine.ReadAsync(caller, either.Token)).Span, CliJson.Default.RunRequest);
            var reply = Reply();
            var stops = request?.Command == RunRequest.Stop;
            if (stops && Refuse(request, reply) is { } refused)
            {
                (stops, reply) = (false, reply with { Refused = refused });
            }

            await RunLine.WriteAsync(caller, JsonSerializer.SerializeToUtf8Bytes(reply, CliJson.Default.RunReply), either.Token);
            if (stops)
            {
                // The caller sees the end of this process as the end of its connection.
                _waitingForTheEnd.Add(caller);
                keep = true;
                StopAsked = true;
                stop();
            }
        }
        finally
        {
            if (!keep)
            {
                caller.Dispose();
            }
        }
    }

    private static string? Refuse(RunRequest? request, RunReply reply)
    {
        if (request?.Tunnel is not { } name)
        {
            return null;
        }

        if (!reply.Tunnels.Any(tunnel => tunnel.Name == name))
        {
            return $"process {reply.Pid} does not serve {name}";
        }

        var others = reply.Tunnels.Select(tunnel => tunnel.Name).Where(other => other != name).ToList();
        return request.All || others.Count == 0 ? null : $"process {reply.Pid} also serves {string.Join(", ", others)}";
    }

    private RunReply Reply()
    {
        var status = engine.Status;
        return new RunReply
        {
            Pid = around.ProcessId,
            Edge = options.Edge.ToString(),
            State = status.State switch
            {
                ClientState.Connecting => "connecting",
                ClientState.Reconnecting => "reconnecting",
                ClientState.Online => "online",
                ClientState.Ended => "ended",
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            Uptime = Math.Round(around.Time.GetElapsedTime(_started).TotalSeconds, 1),
            Tunnels = [.. status.Tunnels.Select(tunnel => new RunTunnel
            {
                Name = tunnel.Tunnel.Name,
                Proto = tunnel.Tunnel.Kind.ToWire(),
                Target = tunnel.Tunnel.Target.ToString(),
                Url = tunnel.Urls.Count > 0 ? tunnel.Urls[0] : null,
                Healthy = tunnel.Healthy,
                Group = tunnel.Tunnel.Group,
                Open = tunnel.Open,
                Total = tunnel.Total,
                BytesIn = tunnel.BytesIn,
                BytesOut = tunnel.BytesOut,
            })],
        };
    }
}

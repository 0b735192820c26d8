using System.Net.Sockets;
using System.Text.Json;
using Mport.Cli.Output;

namespace Mport.Cli.Processes;

/// <summary>Asks the running <c>mport</c> processes of this user.</summary>
internal sealed class RunningProcesses(Surroundings around)
{
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(2);

    // The default drain is 5 s; a process that takes longer than this is reported as still ending.
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(20);

    /// <summary>What runs, by process id; sockets of dead processes are removed.</summary>
    public async Task<IReadOnlyList<RunReply>> ListAsync(CancellationToken cancel)
    {
        var asked = new RunFolder(around.StateFolder).List().Select(entry => AskAsync(entry.Pid, entry.Socket, cancel));
        return [.. (await Task.WhenAll(asked)).OfType<RunReply>()];
    }

    /// <summary>Asks one process to stop and waits for its end.</summary>
    /// <returns>Its answer, and whether it has ended; no answer when it was gone before.</returns>
    public async Task<(RunReply? Reply, bool Ended)> StopAsync(int pid, string? tunnel, bool all, CancellationToken cancel)
    {
        var entry = new RunFolder(around.StateFolder).List().FirstOrDefault(known => known.Pid == pid);
        if (entry.Socket is null || await ConnectAsync(pid, entry.Socket, cancel) is not { } socket)
        {
            return (null, true);
        }

        using (socket)
        {
            var reply = await ExchangeAsync(socket, new RunRequest(RunRequest.Stop, tunnel, all), cancel);
            return reply is null or { Refused: not null } ? (reply, false) : (reply, await EndsAsync(socket, cancel));
        }
    }

    private async Task<RunReply?> AskAsync(int pid, string path, CancellationToken cancel)
    {
        if (await ConnectAsync(pid, path, cancel) is not { } socket)
        {
            return null;
        }

        using (socket)
        {
            return await ExchangeAsync(socket, new RunRequest(RunRequest.Status), cancel);
        }
    }

    private static async Task<Socket?> ConnectAsync(int pid, string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            RunFolder.RemoveIfDead(pid, path);
            return null;
        }
    }

    private async Task<RunReply?> ExchangeAsync(Socket socket, RunRequest request, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(s_answerLimit, around.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await RunLine.WriteAsync(socket, JsonSerializer.SerializeToUtf8Bytes(request, CliJson.Default.RunRequest), either.Token);
            return JsonSerializer.Deserialize((await RunLine.ReadAsync(socket, either.Token)).Span, CliJson.Default.RunReply);
        }
        catch (Exception silent) when (silent is IOException or SocketException or JsonException || (silent is OperationCanceledException && limit.IsCancellationRequested))
        {
            // It is ending, stopped (SIGSTOP), or of another version.
            return null;
        }
    }

    private async Task<bool> EndsAsync(Socket socket, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(s_endLimit, around.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await RunLine.ReadAsync(socket, either.Token);
            return true;
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            return true;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }
    }
}

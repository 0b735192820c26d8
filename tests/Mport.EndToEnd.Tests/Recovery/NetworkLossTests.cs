using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Services;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>The client's network goes away in the middle of everything, and comes back: nobody above notices more than a pause.</summary>
public sealed class NetworkLossTests
{
    private const long DownloadBytes = 300L << 20;
    private const long CopyBytes = 1L << 30;

    // Either side gives a silent connection up after 30 s.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan TransferLimit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task PacketsDroppedUntilBothSidesGiveUp_SshScpWebSocketAndDownloadGoOn() // REL-11
    {
        await using var machine = await NetworkNamespace.CreateAsync();
        await using var edge = await EdgeProcess.StartAsync(6, "0.0.0.0", []);
        await using var ssh = await SshServer.StartAsync(machine.Here);
        await using var web = await WebTarget.StartAsync(IPAddress.Parse(machine.Here));
        using var home = new ClientHome();
        var environment = home.Environment(edge, host: machine.Here);
        await using var sshClient = ClientProcess.Start(machine, environment, "tcp", $"{machine.Here}:{ssh.Port}");
        await using var webClient = ClientProcess.Start(machine, environment, "http", $"{machine.Here}:{web.Port}");
        var (sshUrl, webUrl) = (await sshClient.ReadyAsync(), await webClient.ReadyAsync());
        using var folder = new ScratchFolder();
        using var visitor = new WebVisitor(edge);

        // A command that runs until it is let go, and says a number each tenth of a second.
        var release = folder.File("release");
        var command = ssh.RunAsync(sshUrl, $"n=0; while [ ! -e {release} ]; do n=$((n+1)); echo $n; sleep 0.1; done; echo done", TransferLimit);

        // A copy that is slow enough to be in the middle.
        await WriteAsync(folder.File("sent"));
        using var growth = new Growth(folder.Path, "there");
        var copying = ssh.CopyAsync(sshUrl, folder.File("sent"), folder.File("there"), megabytesPerSecond: 100, TransferLimit);
        await growth.ReachesAsync(CopyBytes / 10);

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(webUrl, "/socket")) { Scheme = "ws" }.Uri, visitor.Invoker, CancellationToken.None).Limited("a WebSocket");
        Assert.Equal("before", await EchoAsync(socket, "before"));

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(webUrl, $"/random/5/{DownloadBytes}"));
        using var answer = await visitor.SendAsync(request);
        await using var download = await answer.Content.ReadAsStreamAsync();
        using var arrived = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = await ReadAsync(download, arrived, DownloadBytes / 10);

        await machine.DropAsync(edge.TlsPort);
        var echoing = EchoAsync(socket, "during");
        var downloading = ReadAsync(download, arrived, long.MaxValue);
        await sshClient.NextAsync("session.suspended", SilenceLimit);
        await webClient.NextAsync("session.suspended", SilenceLimit);
        await edge.Log.FirstAsync(line => line.Contains("[1211]", StringComparison.Ordinal), "the edge to give the silent connections up", limit: SilenceLimit);
        await machine.RestoreAsync();

        await sshClient.NextAsync("session.resumed");
        await webClient.NextAsync("session.resumed");
        Assert.Equal("during", await echoing);
        Assert.Equal("after", await EchoAsync(socket, "after"));
        bytes += await downloading.Limited("the rest of the download", TransferLimit);
        Assert.Equal((DownloadBytes, RandomData.Hash(5, DownloadBytes)), (bytes, Convert.ToHexString(arrived.GetHashAndReset())));
        await copying;
        Assert.Equal(await HashAsync(folder.File("sent")), await HashAsync(folder.File("there")));
        await File.WriteAllTextAsync(release, "");
        var said = (await command).Split('\n');
        Assert.Equal([.. Enumerable.Range(1, said.Length - 1).Select(number => $"{number}"), "done"], said);
        Assert.DoesNotContain(sshClient.Events.Concat(webClient.Events), one => one.Name == "session.lost");
    }

    private static async Task<long> ReadAsync(Stream from, IncrementalHash hash, long most)
    {
        var piece = new byte[1 << 16];
        var count = 0L;
        while (count < most && await from.ReadAsync(piece) is > 0 and var read)
        {
            hash.AppendData(piece.AsSpan(0, read));
            count += read;
        }

        return count;
    }

    private static async Task<string> EchoAsync(WebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var back = new byte[100];
        var received = await socket.ReceiveAsync(back, CancellationToken.None).Limited($"the echo of \"{text}\"", SilenceLimit);
        return Encoding.UTF8.GetString(back, 0, received.Count);
    }

    private static async Task WriteAsync(string path)
    {
        await using var file = File.Create(path);
        foreach (var piece in RandomData.Pieces(6, CopyBytes))
        {
            await file.WriteAsync(piece);
        }
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }
}

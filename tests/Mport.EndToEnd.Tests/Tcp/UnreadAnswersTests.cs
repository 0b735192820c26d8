using System.Net;
using System.Net.Sockets;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Tcp;

/// <summary>Visitors that ask for much and read nothing.</summary>
public sealed class UnreadAnswersTests
{
    private const int Crowd = 100;
    private const int Budget = 100 * 1024 * 1024;
    private const int AnswerBytes = 100 * 1024 * 1024;

    // What the runtime itself may take beyond the buffers, and the kernel's sockets, which count for nobody: not the twenty gigabytes that were asked for.
    private const int Slack = 150 * 1024 * 1024;

    [Fact]
    public async Task TwoHundredVisitorsThatNeverRead_CostNoMoreThanTheBudget_AndShutNobodyOut() // SEC-22
    {
        await using var edge = await EdgeProcess.StartAsync("--memory-budget", "100M");
        await using var target = Large();
        await using var http = await ServedTunnel.HttpAsync(edge, target.Port);
        await using var tcp = await ServedTunnel.TcpAsync(edge, target.Port);
        var before = ProcessReading.Of(edge.Process.Id);
        var crowd = new List<Socket>();
        try
        {
            for (var i = 0; i < Crowd; i++)
            {
                crowd.Add(await AskAsync(edge.HttpPort, http.Url));
                crowd.Add(await AskAsync(tcp.Url.Port, tcp.Url));
            }

            // Each has its answer's beginning: what the edge will hold for them, it holds now.
            var after = ProcessReading.Of(edge.Process.Id);
            Assert.InRange(after.ResidentBytes - before.ResidentBytes, long.MinValue, Budget + Slack);

            await using var web = await WebTarget.StartAsync();
            await using var fresh = await ServedTunnel.HttpAsync(edge, web.Port);
            using var visitor = new WebVisitor(edge);
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(new Uri(fresh.Url, "/hello"))).Status);
        }
        finally
        {
            crowd.ForEach(one => one.Dispose());
        }

        edge.AssertNoErrorLogged();
    }

    private static ScriptedServer Large() => ScriptedServer.Start(async (socket, stop) =>
    {
        var bytes = new byte[64 * 1024];
        await socket.ReceiveAsync(bytes, SocketFlags.None, stop);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {AnswerBytes}\r\n\r\n"), SocketFlags.None, stop);
        for (var sent = 0; sent < AnswerBytes; sent += bytes.Length)
        {
            await socket.SendAsync(bytes, SocketFlags.None, stop);
        }
    });

    private static async Task<Socket> AskAsync(int port, Uri url)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, port).Limited("a connection of the crowd");
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"));
        Assert.Equal(1, await socket.ReceiveAsync(new byte[1]).Limited("the beginning of an answer"));
        return socket;
    }
}

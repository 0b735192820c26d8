using System.Security.Cryptography;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

public sealed class SshTests(SharedEdge shared)
{
    private const int FileMegabytes = 200;

    [Fact]
    public async Task SshThroughATunnel_RunsACommand()
    {
        await using var server = await SshServer.StartAsync();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, server.Port);

        Assert.Equal("through the tunnel", await server.RunAsync(tunnel.Url, "echo through the tunnel"));
    }

    [Fact]
    public async Task ScpThroughATunnel_CopiesALargeFileThereAndBackUnchanged()
    {
        await using var server = await SshServer.StartAsync();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, server.Port);
        using var folder = new ScratchFolder();
        await MakeAsync(folder.File("sent"));

        await server.CopyThereAndBackAsync(tunnel.Url, folder.File("sent"), folder.File("there"), folder.File("back"));

        var sent = await HashAsync(folder.File("sent"));
        Assert.Equal(sent, await HashAsync(folder.File("there")));
        Assert.Equal(sent, await HashAsync(folder.File("back")));
    }

    private static async Task MakeAsync(string path)
    {
        var megabyte = new byte[1 << 20];
        await using var file = File.Create(path);
        for (var written = 0; written < FileMegabytes; written++)
        {
            RandomNumberGenerator.Fill(megabyte);
            await file.WriteAsync(megabyte);
        }
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }
}

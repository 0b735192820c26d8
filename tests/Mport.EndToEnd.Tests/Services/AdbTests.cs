using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

public sealed class AdbTests(SharedEdge shared)
{
    [Fact]
    public async Task AdbBehindATunnel_ListsItsDevicesAndFeatures()
    {
        await using var adb = await AdbServer.StartAsync();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, adb.Port);

        Assert.Contains("List of devices attached", await adb.AskAsync(tunnel.Url, "devices"), StringComparison.Ordinal);
        Assert.Contains("shell_v2", await adb.AskAsync(tunnel.Url, "host-features"), StringComparison.Ordinal);
    }
}

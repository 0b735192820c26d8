using System.Text.Json;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

public sealed class IperfTests(SharedEdge shared)
{
    // iperf3 arranges its flow over TCP, and sends it over UDP on the same port.
    [Theory]
    [InlineData("from the visitor")]
    [InlineData("to the visitor", "--reverse")]
    public async Task RealIperf_SendsDatagrams_AndLosesFew(string direction, params string[] options)
    {
        Assert.SkipWhen(Programs.OnPath("iperf3") is null, "iperf3 is not installed");
        var port = PortBlock.Find(1).First;
        await using var server = ProgramProcess.Start("iperf3", ["--server", "--bind", "127.0.0.1", "--port", $"{port}", "--forceflush"]);
        await server.Output.FirstAsync(line => line.Contains("Server listening", StringComparison.Ordinal), "iperf3 to listen");
        await using var tunnel = await ServedTunnel.TcpUdpAsync(shared.Edge, port);

        // 1,000 datagrams a second: what a busy test machine carries too.
        var run = await Ran.ToEndAsync("iperf3", ["--client", "127.0.0.1", "--port", $"{tunnel.Url.Port}", "--udp", "--bitrate", "10M", "--length", "1250", "--time", "2", "--json", .. options]);
        using var json = JsonDocument.Parse(run.Succeeded());
        var sum = json.RootElement.GetProperty("end").GetProperty("sum");
        TestContext.Current.TestOutputHelper?.WriteLine($"{direction}: {sum.GetProperty("packets")} datagrams, {sum.GetProperty("lost_percent")} % lost, jitter {sum.GetProperty("jitter_ms")} ms");
        Assert.InRange(sum.GetProperty("packets").GetInt32(), 1500, 2500);
        Assert.InRange(sum.GetProperty("lost_percent").GetDouble(), 0, 5);
    }
}

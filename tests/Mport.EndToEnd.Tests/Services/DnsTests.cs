using System.Globalization;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

public sealed class DnsTests(SharedEdge shared)
{
    [Fact]
    public async Task RealDnsServer_AnswersThroughTheTunnel_OverUdpAndTcp()
    {
        Assert.SkipWhen(Programs.OnPath("dnsmasq") is null || Programs.OnPath("dig") is null, "dnsmasq or dig is not installed");
        var port = PortBlock.Find(1).First;
        var longText = string.Concat(Enumerable.Repeat("0123456789", 24));
        List<string> options =
        [
            "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--listen-address=127.0.0.1", "--bind-interfaces", $"--port={port}", "--user=", "--pid-file=",
            "--address=/printer.example/192.0.2.7", "--edns-packet-max=4096",
        ];
        options.AddRange(Enumerable.Range(0, 8).Select(i => string.Create(CultureInfo.InvariantCulture, $"--txt-record=long.example,{i}{longText}")));
        await using var server = ProgramProcess.Start(Programs.OnPath("dnsmasq") ?? "", options);
        await server.Errors.FirstAsync(line => line.Contains("started", StringComparison.Ordinal), "dnsmasq to start");
        await using var tunnel = await ServedTunnel.TcpUdpAsync(shared.Edge, port);

        Assert.Equal("192.0.2.7", await DigAsync(tunnel.Url, "+notcp", "+short", "printer.example"));
        Assert.Equal("192.0.2.7", await DigAsync(tunnel.Url, "+tcp", "+short", "printer.example"));
        var answer = await DigAsync(tunnel.Url, "+notcp", "+bufsize=1232", "long.example", "TXT");
        Assert.Equal(8, answer.Split(longText).Length - 1); // Too long for UDP: the answer says so, and dig asks again over TCP by itself.
    }

    private static async Task<string> DigAsync(Uri address, params string[] query) =>
        (await Ran.ToEndAsync("dig", ["@127.0.0.1", "-p", $"{address.Port}", "+timeout=10", .. query])).Succeeded().Trim();
}

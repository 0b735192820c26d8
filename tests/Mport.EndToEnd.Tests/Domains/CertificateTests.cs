using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Groups;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Domains;

/// <summary>From nothing to <c>https://</c> on a custom domain, with a real authority and a real DNS server.</summary>
public sealed partial class CertificateTests
{
    [Fact]
    public async Task CustomDomain_GetsItsCertificateByItself_AndCurlTrustsIt()
    {
        Assert.SkipWhen(PebbleServer.Missing is not null, PebbleServer.Missing ?? "");
        Assert.SkipWhen(NameServer.Missing is not null, NameServer.Missing ?? "");
        var dns = PortBlock.Find(1).First;
        await using var pebble = await PebbleServer.PrepareAsync();
        await using var edge = await EdgeProcess.StartAsync(
            "--dns-server", $"127.0.0.1:{dns}", "--acme-directory", $"{pebble.Directory}", "--acme-agree-terms", "yes", "--acme-email", "ops@example.com", "--acme-ca-file", pebble.CaFile);
        await pebble.RunAsync(edge.HttpPort, edge.TlsPort, new IPEndPoint(IPAddress.Loopback, dns), refusedNonces: 5);
        await using var target = new NamedService("shop");
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(edge, home, "http", $"{target.Port}", "--domain", "shop.example.com");
        var record = Record().Match((await client.NextAsync("error"))["text"]);
        await using var server = await NameServer.StartAsync(
            dns, "--address=/shop.example.com/127.0.0.1", $"--txt-record={record.Groups["name"].Value},{record.Groups["value"].Value}");

        Assert.Equal($"https://shop.example.com:{edge.TlsPort}/", (await client.ReadyAsync(TimeSpan.FromSeconds(60))).ToString());
        await edge.Log.FirstAsync(line => line.Contains("Certificate for shop.example.com", StringComparison.Ordinal), "the certificate", limit: TimeSpan.FromSeconds(60));
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(folder.File("root.pem"), await pebble.RootAsync());
        Assert.Equal("shop", await CurlAsync(edge, folder.File("root.pem")));

        // What a crash leaves is enough: the certificate is there again at once, without another order.
        await edge.KillAsync();
        await edge.StartAgainAsync();
        await client.NextAsync("tunnel.ready", TimeSpan.FromSeconds(60));
        Assert.Equal("shop", await CurlAsync(edge, folder.File("root.pem")));
        Assert.DoesNotContain(edge.Log.Lines, line => line.Contains("Certificate for shop.example.com", StringComparison.Ordinal));
    }

    private static async Task<string> CurlAsync(EdgeProcess edge, string root) => (await Ran.ToEndAsync(
        "curl",
        [
            "-sS", "--max-time", "50", "--cacert", root, "--resolve", string.Create(CultureInfo.InvariantCulture, $"shop.example.com:{edge.TlsPort}:127.0.0.1"),
            $"https://shop.example.com:{edge.TlsPort}/",
        ])).Succeeded();

    [GeneratedRegex("(?<name>_mport-challenge\\S+) TXT \"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Record();
}

using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Domains;

/// <summary>A real DNS server (dnsmasq) on loopback, with the records of a test.</summary>
internal sealed class NameServer(ProgramProcess process) : IAsyncDisposable
{
    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => Programs.OnPath("dnsmasq") is null ? "dnsmasq is not installed" : null;

    /// <summary>Starts one.</summary>
    /// <param name="port">Its port.</param>
    /// <param name="records">dnsmasq's options for the records.</param>
    public static async Task<NameServer> StartAsync(int port, params string[] records)
    {
        var process = ProgramProcess.Start(
            Programs.OnPath("dnsmasq") ?? "",
            ["--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--listen-address=127.0.0.1", "--bind-interfaces", $"--port={port}", "--user=", "--pid-file=", .. records]);
        await process.Errors.FirstAsync(line => line.Contains("started", StringComparison.Ordinal), "dnsmasq to start");
        return new NameServer(process);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => process.DisposeAsync();
}

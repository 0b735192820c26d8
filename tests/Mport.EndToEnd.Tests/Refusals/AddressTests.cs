using System.Net;
using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Refusals;

/// <summary>Names and ports that a client cannot have.</summary>
public sealed class AddressTests(SharedEdge shared) : IDisposable
{
    private readonly ClientHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task PortOfAnotherTunnel_IsTaken()
    {
        await using var first = await ServedTunnel.TcpAsync(shared.Edge, 9, "--name", "has-the-port");

        await FailsAsync(6, "MP-1207", "tcp", "9", "--name", "wants-the-port", "--remote-port", $"{first.Url.Port}");
    }

    [Fact]
    public async Task PortOfAnotherProgram_IsTaken() // REL-38
    {
        await using var edge = await EdgeProcess.StartAsync();
        using var other = new TcpListener(IPAddress.Loopback, edge.TcpPorts.First);
        other.Start();
        await using var client = ClientProcess.Start(edge, _home, "tcp", "9", "--remote-port", $"{edge.TcpPorts.First}", "--fail-fast");

        await client.FailedAsync(6, "MP-1207");
    }

    [Fact]
    public async Task NameOfAnotherAccount_IsTaken()
    {
        await using var first = await ServedTunnel.HttpAsync(shared.Edge, 9, "--name", "shop-one", "--subdomain", "the-only-shop");
        await shared.Edge.AddUserAsync("rival@localhost");
        var (_, token) = await shared.Edge.CreateTokenAsync("rival@localhost");
        await using var rival = ClientProcess.Start(_home.Environment(shared.Edge, token: token), "http", "9", "--subdomain", "the-only-shop", "--takeover");

        await rival.FailedAsync(6, "MP-1203");
    }

    [Fact]
    public async Task NameOfAnotherTunnel_IsTaken()
    {
        await using var first = await ServedTunnel.HttpAsync(shared.Edge, 9, "--name", "kiosk-one", "--subdomain", "the-only-kiosk");

        await FailsAsync(6, "MP-1203", "http", "9", "--name", "kiosk-two", "--subdomain", "the-only-kiosk");
    }

    [Fact]
    public async Task PortOutsideTheRange_IsRefusedWithTheRange() =>
        Assert.Contains($"{shared.Edge.TcpPorts}", await FailsAsync(5, "MP-1206", "tcp", "9", "--remote-port", "1234"), StringComparison.Ordinal);

    [Fact]
    public async Task ReservedName_IsRefused() => await FailsAsync(5, "MP-1202", "http", "9", "--subdomain", "admin");

    [Theory]
    [InlineData("under_score")]
    [InlineData("-dash")]
    [InlineData("two.labels")]
    public async Task NameThatIsNoName_IsRefused(string name) => await FailsAsync(2, "MP-1201", "http", "9", $"--subdomain={name}");

    private async Task<string> FailsAsync(int exit, string code, params string[] arguments)
    {
        await using var client = ClientProcess.Start(shared.Edge, _home, arguments);
        await client.FailedAsync(exit, code);
        return client.Process.Errors.Tail();
    }
}

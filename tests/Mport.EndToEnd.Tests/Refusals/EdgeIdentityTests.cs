using System.Net;
using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Refusals;

/// <summary>An edge that is not the right one, or is not there.</summary>
public sealed class EdgeIdentityTests(SharedEdge shared) : IDisposable
{
    private readonly ClientHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task WrongPin_EndsTheClientBeforeItTellsTheToken()
    {
        await using var impostor = new FakeEdge();
        await using var client = ClientProcess.Start(_home.Environment(shared.Edge, impostor.Port), "tcp", "9");

        await client.FailedAsync(8, "MP-1303");

        Assert.Equal(0, impostor.Greetings);
    }

    [Fact]
    public async Task ForeignCertificateWithoutAPin_EndsTheClientBeforeItTellsTheToken()
    {
        await using var impostor = new FakeEdge(TestCertificates.FromOwnAuthority());
        var environment = _home.Environment(shared.Edge, impostor.Port);
        environment.Remove("MPORT_PIN");
        await using var client = ClientProcess.Start(environment, "tcp", "9");

        await client.FailedAsync(8, "MP-1304");

        Assert.Equal(0, impostor.Greetings);
    }

    [Fact]
    public async Task EdgeOfAnotherVersion_EndsTheClient()
    {
        await using var future = new FakeEdge { Admit = _ => Failure.Of(ProtocolErrors.VersionUnsupported, "This edge speaks version 7.") };
        var environment = _home.Environment(shared.Edge, future.Port);
        environment["MPORT_PIN"] = future.Pin.ToString();
        await using var client = ClientProcess.Start(environment, "tcp", "9");

        await client.FailedAsync(10, "MP-1401");
    }

    [Fact]
    public async Task ClientOfAnotherVersion_IsRefusedByTheEdge()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, shared.Edge.TlsPort);
        await using var transport = await TlsTransport.ConnectAsync(socket, CarrierTls.ForClient("localhost", shared.Edge.Verify), CancellationToken.None).Limited("a TLS handshake");
        var hello = new Hello { Protocol = 99, ClientVersion = "99.0.0", ClientId = "from-the-future", Instance = "one", Token = new Secret(shared.Edge.Token) };

        var answer = await ClientHandshake.RunAsync(transport, hello, CancellationToken.None).Limited("the edge's answer to a Hello of version 99");

        Assert.Equal("MP-1401", answer.Refused?.Code);
        Assert.Equal(false, answer.Refused?.Retry);
    }

    [Fact]
    public async Task NobodyAtTheEdgesAddress_EndsAClientThatFailsFast()
    {
        using var nobody = new ReservedPort();
        await using var client = ClientProcess.Start(_home.Environment(shared.Edge, nobody.Port), "tcp", "9", "--fail-fast");

        await client.FailedAsync(8, "MP-1301");
    }

    [Fact]
    public async Task NoEdgeWithinTheWait_EndsTheClient()
    {
        using var nobody = new ReservedPort();
        await using var client = ClientProcess.Start(_home.Environment(shared.Edge, nobody.Port), "tcp", "9", "--wait", "1s");

        await client.FailedAsync(124, "MP-1312");
    }

    [Fact]
    public async Task PortThatIsNoEdge_IsSaidSo()
    {
        await using var echo = TargetServers.Echo();
        await using var client = ClientProcess.Start(_home.Environment(shared.Edge, echo.Port), "tcp", "9", "--fail-fast");

        await client.FailedAsync(8, "MP-1305");
    }
}

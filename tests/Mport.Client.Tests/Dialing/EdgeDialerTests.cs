using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mport.Client.Dialing;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Client.Tests.Dialing;

public sealed class EdgeDialerTests
{
    [Fact]
    public async Task Welcome_GivesACarrierAndTheAddress()
    {
        await using var edge = new FakeEdge();

        var result = await DialAsync(RunningClient.Options(edge.Port, edge.Pin));

        Assert.NotNull(result.Greeted);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, edge.Port), result.Greeted.Address);
        Assert.Equal("owner@localhost", result.Greeted.Welcome.Account);
        await result.Greeted.Transport.DisposeAsync();
    }

    [Fact]
    public async Task NobodyListens_IsUnreachable()
    {
        using var port = new ReservedPort();

        var failure = await FailAsync(RunningClient.Options(port.Port, null));

        Assert.Equal(ConnectionErrors.EdgeUnreachable.Code, failure.Code);
        Assert.True(failure.Retry);
        Assert.Contains($"127.0.0.1:{port.Port} refused", failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("\u0016\u0003\u0003\u007f\u007f garbage that begins as a TLS record does")]
    public async Task OtherProtocolAnswers_IsNotAnEdge_Rel44(string banner)
    {
        await using var server = ScriptedServer.Start(async (socket, stop) =>
        {
            await TargetServers.SendAllAsync(socket, Encoding.Latin1.GetBytes(banner), stop);
            while (await socket.ReceiveAsync(new byte[4096], SocketFlags.None, stop) > 0)
            {
            }
        });

        var failure = await FailAsync(RunningClient.Options(server.Port, null) with { ConnectTimeout = TimeSpan.FromSeconds(2) });

        Assert.Contains(failure.Code, new[] { ConnectionErrors.NotAnEdge.Code, ConnectionErrors.EdgeUnreachable.Code });
        Assert.True(failure.Retry);
    }

    [Fact]
    public async Task ClosedBeforeTls_IsUnreachable_Rel44()
    {
        await using var server = ScriptedServer.Start((_, _) => Task.CompletedTask);

        Assert.Equal(ConnectionErrors.EdgeUnreachable.Code, (await FailAsync(RunningClient.Options(server.Port, null))).Code);
    }

    [Fact]
    public async Task SilentAfterTcp_IsUnreachableAfterTheLimit_Rel44()
    {
        await using var server = TargetServers.Stalls();

        var failure = await FailAsync(RunningClient.Options(server.Port, null) with { ConnectTimeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(ConnectionErrors.EdgeUnreachable.Code, failure.Code);
        Assert.Contains("did not answer the TLS greeting", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilentAfterHello_TimesOut_Rel44()
    {
        using var certificate = TestCertificates.SelfSigned();
        await using var server = StartTls(certificate, async (transport, stop) =>
        {
            await EdgeHandshake.ReadAsync(transport, stop);
            await transport.ReadAsync(new byte[1], stop);
        });

        var options = RunningClient.Options(server.Port, CertificatePin.Of(certificate.RawData)) with { ConnectTimeout = TimeSpan.FromSeconds(1) };
        var failure = await FailAsync(options);

        Assert.Equal(ProtocolErrors.HandshakeTimeout.Code, failure.Code);
        Assert.True(failure.Retry);
    }

    [Theory]
    [InlineData(SslProtocols.Tls13)]
    [InlineData(SslProtocols.Tls12)]
    public async Task TlsWithoutOurAlpn_OrTooOld_IsNotAnEdge_Rel44_Sec27(SslProtocols protocol)
    {
        using var certificate = TestCertificates.SelfSigned();
        await using var server = ScriptedServer.Start(async (socket, stop) =>
        {
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = protocol }, stop);
            await tls.ReadExactlyAsync(new byte[1], stop);
        });

        var failure = await FailAsync(RunningClient.Options(server.Port, CertificatePin.Of(certificate.RawData)));

        Assert.Equal(ConnectionErrors.NotAnEdge.Code, failure.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0000\u0000\u0000\u0005hello")]
    [InlineData("\u0000\u0000\u0000\u0002{}")]
    [InlineData("\u00ff\u00ff\u00ff\u00ffa length of four gigabytes")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    public async Task WrongAnswerToHello_IsNotAnEdge_Rel44(string answer)
    {
        using var certificate = TestCertificates.SelfSigned();
        await using var server = StartTls(certificate, async (transport, stop) =>
        {
            await EdgeHandshake.ReadAsync(transport, stop);
            await transport.WriteAsync(Encoding.Latin1.GetBytes(answer), stop);
        });

        var failure = await FailAsync(RunningClient.Options(server.Port, CertificatePin.Of(certificate.RawData)));

        Assert.Equal(ConnectionErrors.NotAnEdge.Code, failure.Code);
        Assert.True(failure.Retry);
    }

    [Fact]
    public async Task Refused_GivesTheEdgesOwnFailure()
    {
        var refusal = Failure.Of(AccountErrors.TooManyAttempts) with { Retry = true, RetryAfter = TimeSpan.FromSeconds(40) };
        await using var edge = new FakeEdge { Admit = _ => refusal };

        Assert.Equal(refusal, await FailAsync(RunningClient.Options(edge.Port, edge.Pin)));
    }

    [Fact]
    public async Task RefusedVersion_IsFinalWhateverTheEdgeSays()
    {
        await using var edge = new FakeEdge { Admit = _ => Failure.Of(ProtocolErrors.VersionUnsupported, retry: true) };

        Assert.False((await FailAsync(RunningClient.Options(edge.Port, edge.Pin))).Retry);
    }

    [Fact]
    public async Task WelcomeInAnotherVersion_IsFinal()
    {
        await using var edge = new FakeEdge { Welcome = welcome => welcome with { Protocol = 2 } };

        var failure = await FailAsync(RunningClient.Options(edge.Port, edge.Pin));

        Assert.Equal(ProtocolErrors.VersionUnsupported.Code, failure.Code);
        Assert.False(failure.Retry);
    }

    [Fact]
    public async Task SeveralAddresses_TheOneThatIsAnEdgeWins()
    {
        await using var edge = new FakeEdge();
        var dead = IPAddress.Parse("127.0.0.2");
        var surroundings = RunningClient.Eager with { Resolve = (_, _) => Task.FromResult(new[] { dead, IPAddress.Loopback }) };

        var result = await DialAsync(RunningClient.Options(edge.Port, edge.Pin) with { Edge = new EdgeAddress("edge.example", edge.Port) }, surroundings);

        Assert.Equal(IPAddress.Loopback, result.Greeted?.Address.Address);
        await (result.Greeted?.Transport.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task DnsFailsLater_TheLastGoodAddressIsUsed_Rel30() // REL-30
    {
        await using var edge = new FakeEdge();
        var dns = Task.FromResult(new[] { IPAddress.Loopback });
        var options = RunningClient.Options(edge.Port, edge.Pin) with { Edge = new EdgeAddress("edge.example", edge.Port) };
        var dialer = new EdgeDialer(options, RunningClient.Eager with { Resolve = (_, _) => dns }, TimeProvider.System);
        await ((await dialer.DialAsync(() => Hello(options), default).Limited("a dial")).Greeted?.Transport.DisposeAsync() ?? default);
        dns = Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain));

        var again = await dialer.DialAsync(() => Hello(options), default).Limited("a dial without DNS");

        Assert.NotNull(again.Greeted);
        await again.Greeted.Transport.DisposeAsync();
    }

    private static ScriptedServer StartTls(X509Certificate2 certificate, Func<TlsTransport, CancellationToken, Task> script) =>
        ScriptedServer.Start(async (socket, stop) =>
        {
            var options = CarrierTls.ForEdge(SslStreamCertificateContext.Create(certificate, null, offline: true));
            await using var transport = await TlsTransport.AcceptAsync(socket, options, stop);
            await script(transport, stop);
        });

    private static async Task<Failure> FailAsync(ClientOptions options) =>
        (await DialAsync(options)).Failure ?? throw new InvalidOperationException("The edge was reached.");

    private static Task<DialResult> DialAsync(ClientOptions options, Surroundings? surroundings = null) =>
        new EdgeDialer(options, surroundings ?? RunningClient.Eager, TimeProvider.System).DialAsync(() => Hello(options), CancellationToken.None).Limited("a dial");

    private static Hello Hello(ClientOptions options) => new()
    {
        Protocol = ProtocolVersion.Current,
        ClientVersion = "0.0.1",
        ClientId = options.ClientId,
        Instance = "an-instance",
        Token = options.Token,
    };
}

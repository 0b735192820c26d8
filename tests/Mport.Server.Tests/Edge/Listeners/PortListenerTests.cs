using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using Mport.Protocol.Errors;
using Mport.Protocol.Transport;
using Mport.Server.Data;
using Mport.Server.Edge.Listeners;
using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Listeners;

public sealed class PortListenerTests
{
    private const string Health = "GET /healthz HTTP/1.1\r\nHost: edge.test\r\n\r\n";

    [Fact]
    public async Task CarriersAndHttps_ShareThePort()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var client = edge.CreateClient("nobody", tls: true, HttpVersion.Version20);
        using var carrier = await RawVisitor.ConnectAsync(edge.TlsPort);

        await carrier.SendAsync(RealClientHellos.OpenSsl);
        using var accepted = await edge.Carriers.NextAsync();
        using var response = await client.GetAsync(new Uri("/", UriKind.Relative)).Limited("HTTPS beside a carrier");

        Assert.Equal((HttpStatusCode.NotFound, HttpVersion.Version20), (response.StatusCode, response.Version));
        var bytes = new byte[RealClientHellos.OpenSsl.Length];
        await new NetworkStream(accepted).ReadExactlyAsync(bytes).Limited("the ClientHello, still in the socket");
        Assert.Equal(RealClientHellos.OpenSsl, bytes);
        Assert.True(accepted.NoDelay);
    }

    [Fact]
    public async Task RealCarrierHandshake_RunsOnTheHandedSocket()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await RawVisitor.ConnectAsync(edge.TlsPort);
        var dialling = TlsTransport.ConnectAsync(visitor.Socket, CarrierTls.ForClient("edge.test", (_, certificate, _, _) => certificate is not null), CancellationToken.None);

        var accepted = await edge.Carriers.NextAsync();
        var context = System.Net.Security.SslStreamCertificateContext.Create(TestCertificates.SelfSigned(), additionalCertificates: null, offline: true);
        await using var atEdge = await TlsTransport.AcceptAsync(accepted, CarrierTls.ForEdge(context), CancellationToken.None).Limited("TLS at the edge");
        await using var atClient = await dialling.Limited("TLS at the client");

        Assert.Equal("mport/1", atEdge.ApplicationProtocol);
    }

    [Fact]
    public async Task StoppingTheWeb_LeavesCarriersUntilItIsDisposed()
    {
        var edge = await EdgeUnderTest.StartAsync();
        using var carrier = await RawVisitor.ConnectAsync(edge.TlsPort);
        await carrier.SendAsync(RealClientHellos.OpenSsl);
        var accepted = await edge.Carriers.NextAsync();

        await edge.StopAsync(Within.Limit).Limited("the edge to stop");
        await accepted.SendAsync("still here"u8.ToArray(), SocketFlags.None);
        Assert.Equal("still here", await carrier.ReadTextAsync(10));
        await edge.DisposeAsync();

        Assert.Equal("", await carrier.ReadToEndAsync());
    }

    [Fact]
    public async Task ClientHelloInPieces_IsRead()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var carrier = await RawVisitor.ConnectAsync(edge.TlsPort);

        foreach (var part in RealClientHellos.OpenSsl.Chunk(20))
        {
            await carrier.SendAsync(part);
            await Task.Yield();
        }

        using var accepted = await edge.Carriers.NextAsync();
        Assert.Equal(RealClientHellos.OpenSsl.Length, accepted.Available);
    }

    [Fact]
    public async Task ClientHelloOverRecords_IsRead()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var carrier = await RawVisitor.ConnectAsync(edge.TlsPort);

        await carrier.SendAsync(ClientHelloReaderTests.SplitIntoRecords(RealClientHellos.OpenSsl, 50));

        using var accepted = await edge.Carriers.NextAsync();
        Assert.True(accepted.Available > 0);
    }

    [Fact]
    public async Task HttpOnTheTlsPort_IsToldSo()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await RawVisitor.ConnectAsync(edge.TlsPort);

        var response = await visitor.AskAsync(Health);

        Assert.Equal(400, response.Status);
        Assert.Contains("This port speaks TLS", response.Body, StringComparison.Ordinal);
        visitor.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await visitor.ReadToEndAsync());
    }

    [Fact]
    public async Task TlsOnTheHttpPort_IsToldWhereTlsIs()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync(RealClientHellos.Curl);
        var response = await visitor.ReadResponseAsync();

        Assert.Equal(400, response.Status);
        Assert.Contains($"port {edge.TlsPort}", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GarbageAndSilence_DelayNobodyAndAreNoComplaint(bool tls) // REL-44
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var port = tls ? edge.TlsPort : edge.HttpPort;
        var random = new Random(3);
        var crowd = new List<RawVisitor>();
        for (var i = 0; i < 60; i++)
        {
            var visitor = await RawVisitor.ConnectAsync(port);
            crowd.Add(visitor);
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            var sent = (i % 4) switch
            {
                0 => Task.CompletedTask,
                1 => visitor.SendAsync(RealClientHellos.Curl.AsMemory(0, 40)),
                2 => visitor.SendAsync("SSH-2.0-OpenSSH_9.9\r\n"),
                _ => visitor.SendAsync(bytes),
            };
            await sent;
        }

        using var client = edge.CreateClient("nobody", tls);
        using var response = await client.GetAsync(new Uri("/", UriKind.Relative)).Limited("an answer beside a crowd");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        crowd.ForEach(visitor => visitor.Dispose());
        Assert.Empty(edge.Logs.Complaints);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 20)]
    public async Task SilentConnection_IsClosedAtTheDeadline(bool tls, int seconds) // REL-44
    {
        var time = new ManualTimeProvider();
        await using var edge = await EdgeUnderTest.StartAsync(time: time);
        using var visitor = await RawVisitor.ConnectAsync(tls ? edge.TlsPort : edge.HttpPort);
        await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(seconds)).Limited("the connection's deadline");

        time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal("", await visitor.ReadToEndAsync());
    }

    [Fact]
    public async Task HalfAClientHello_IsClosedAtTheDeadline()
    {
        var time = new ManualTimeProvider();
        await using var edge = await EdgeUnderTest.StartAsync(time: time);
        using var visitor = await RawVisitor.ConnectAsync(edge.TlsPort);
        await visitor.SendAsync(RealClientHellos.Curl.AsMemory(0, 100));
        await time.WhenTimerAsync(due => due == TimeSpan.FromMilliseconds(1)).Limited("the first wait for more");

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("", await visitor.ReadToEndAsync());
    }

    [Fact]
    public async Task CrowdOverTheLimit_LosesItsOldestAndServesTheNewest()
    {
        await using var edge = await EdgeUnderTest.StartAsync(options => options with { MaxWaitingPerAddress = 3 });
        using var first = await edge.ConnectAsync();
        using var second = await edge.ConnectAsync();
        using var third = await edge.ConnectAsync();
        using var fourth = await edge.ConnectAsync();

        Assert.Equal("", await first.ReadToEndAsync());
        Assert.Equal(200, (await fourth.AskAsync(Health)).Status);
        Assert.Equal(200, (await second.AskAsync(Health)).Status);
        Assert.Equal(200, (await third.AskAsync(Health)).Status);
    }

    [Fact]
    public async Task HttpConnectionOverTheLimit_IsClosed()
    {
        await using var edge = await EdgeUnderTest.StartAsync(options => options with { MaxHttpConnections = 1 });
        using var first = await edge.ConnectAsync();
        using var second = await edge.ConnectAsync();
        Assert.Equal(200, (await first.AskAsync(Health)).Status);

        await second.SendAsync(Health);

        Assert.Equal("", await second.ReadToEndAsync());
        Assert.Equal(200, (await first.AskAsync(Health)).Status);
        Assert.Empty(edge.Logs.Complaints);
    }

    [Fact]
    public async Task PortInUse_IsNamed() // REL-38
    {
        await using var edge = await EdgeUnderTest.StartAsync();

        var error = await Assert.ThrowsAsync<EdgeStartException>(() =>
            EdgeUnderTest.StartAsync(options => options with { HttpEndPoint = new IPEndPoint(IPAddress.Loopback, edge.HttpPort) }));

        Assert.Equal(EdgeErrors.PortInUse.Code, error.Failure.Code);
        Assert.Contains($"{edge.HttpPort}", error.Failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "::1")]
    [InlineData("::1", "127.0.0.1")]
    public async Task OneFamilysAddress_IsNotTheOthers(string served, string other) // REL-55
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        await using var edge = await EdgeUnderTest.StartAsync(options => options with
        {
            HttpEndPoint = new IPEndPoint(IPAddress.Parse(served), 0),
            TlsEndPoint = new IPEndPoint(IPAddress.Parse(served), 0),
        });
        foreach (var port in new[] { edge.HttpPort, edge.TlsPort })
        {
            using var visitor = await RawVisitor.ConnectAsync(port, served);
            await visitor.SendAsync(Health);
            Assert.Equal(port == edge.HttpPort ? 200 : 400, (await visitor.ReadResponseAsync()).Status);

            var refused = await Assert.ThrowsAsync<SocketException>(() => RawVisitor.ConnectAsync(port, other));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        }
    }

    [Theory]
    [InlineData(SocketError.AccessDenied, "Port 443 may not be bound by this user.")]
    [InlineData(SocketError.AddressNotAvailable, "The edge cannot listen on 192.0.2.1:443")]
    public void PortThatMayNotBeBound_IsNamed_WithTheCapabilityThatItNeeds(SocketError error, string text) // REL-39
    {
        var failure = ListeningSocket.Describe(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 443), new SocketException((int)error));

        Assert.Equal(EdgeErrors.PortForbidden.Code, failure.Code);
        Assert.StartsWith(text, failure.Text, StringComparison.Ordinal);
        Assert.Contains("setcap cap_net_bind_service", EdgeErrors.PortForbidden.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllInterfaces_AreBothFamilies() // REL-55
    {
        await using var edge = await EdgeUnderTest.StartAsync(options => options with { HttpEndPoint = new IPEndPoint(IPAddress.IPv6Any, 0) });
        using var four = await edge.ConnectAsync();
        Assert.Equal(200, (await four.AskAsync(Health)).Status);

        if (Socket.OSSupportsIPv6)
        {
            using var six = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            await six.ConnectAsync(IPAddress.IPv6Loopback, edge.HttpPort).Limited("a connection over IPv6");
        }
    }

    [Fact]
    public async Task OldTlsSuites_AreNotOffered()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await RawVisitor.ConnectAsync(edge.TlsPort);
        using var tls = new System.Net.Security.SslStream(visitor.Stream);
#pragma warning disable CA1416 // Linux is where the edge restricts the suites.
        var options = new System.Net.Security.SslClientAuthenticationOptions
        {
            TargetHost = "edge.test",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12,
            CipherSuitesPolicy = new System.Net.Security.CipherSuitesPolicy([System.Net.Security.TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA]),
        };
#pragma warning restore CA1416

        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(options)).Limited("the refused handshake");
        Assert.Empty(edge.Logs.Complaints);
    }
}
